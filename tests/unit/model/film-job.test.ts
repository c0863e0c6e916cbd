import { expect, test } from 'vitest';
import { FilmJob } from '../../../src/model/film-job.ts';
import { Preset } from '../../../src/model/preset.ts';
import { recipeOf } from '../../../src/plan/revision.ts';
import preset from '../../fixtures/presets/tiny.json' with { type: 'json' };

test('a film has the same recipe whether it was made here or came out of the queue', () => {
  const { rungs, ...rest } = Preset.parse(preset);
  // As `add --no-copy` has it: what was asked for stands behind the preset's own.
  const asked = { ...rest, rungs, copy: 'never' as const };
  const queued = FilmJob.shape.preset.parse(JSON.parse(JSON.stringify(asked)));
  const fingerprint = 'q1:film';
  expect(recipeOf({ fingerprint, preset: queued })).toBe(recipeOf({ fingerprint, preset: asked }));
  expect(FilmJob.shape.preset.safeParse({ ...asked, rungs: 'none' }).success).toBe(false);
});
