import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { audioRenditions } from '../../../src/plan/audio-renditions.ts';
import { copyWhatFits } from '../../../src/plan/copy-what-fits.ts';
import { audioOf, sourceOf } from '../../helpers/source-of.ts';
import { planOf } from '../hls/film-facts.ts';

const preset = await loadPreset('default', { cwd: '/' });

test.each([
  ['copied as it is', undefined, true],
  ['copied when it is as loud as was asked for', -16, true],
  ['encoded when it is to be made louder', -23, undefined],
])('sound that fits is %s', (_, lufs, isCopied) => {
  const track = audioOf(lufs === undefined ? {} : { loudness: { audio: lufs } });
  const { video, grid } = planOf();
  const { audio } = copyWhatFits(
    { video, grid, audio: audioRenditions([track], preset) },
    {
      source: sourceOf({}, { audio: [track] }),
      segmentSeconds: 6,
      copyable: { picture: { objection: 'it is HEVC' }, sounds: [{ index: 1, kbps: 128 }] },
    },
  );
  expect(audio[0]?.isCopied).toBe(isCopied);
});

test.each([
  [21, true],
  [44, undefined],
])('sound of a picture that is encoded %i ms earlier is copied: %s', (gridOffsetMs, isCopied) => {
  const track = audioOf({});
  const { video, grid } = planOf();
  const { audio, copyReason } = copyWhatFits(
    { video, grid, audio: audioRenditions([track], preset) },
    {
      source: sourceOf({ gridOffsetMs }, { audio: [track] }),
      segmentSeconds: 6,
      copyable: { picture: { objection: 'it is HEVC' }, sounds: [{ index: 1, kbps: 128 }] },
    },
  );
  expect(audio[0]?.isCopied).toBe(isCopied);
  expect(copyReason.includes('it is moved by 44 ms')).toBe(isCopied === undefined);
});
