import { expect, test } from 'vitest';
import { findMissing } from '../../src/ffmpeg/damage/find-missing.ts';
import { surveyPackets } from '../../src/ffmpeg/damage/survey-packets.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { TOOLS } from '../helpers/encode-film.ts';
import { makeFlashFilm } from '../helpers/flash-and-beep.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('late-sound');

/** In whole frames of AC-3: ffmpeg 5.1 refuses the first one that `atrim` cuts. */
const LATE = 'atrim=start=33,asetnsamples=1536';

/** ffmpeg's own look at a stream is over by then, and it knew of no sound. */
test.each([
  ['film.ts', 'libx264'],
  ['film.vob', 'mpeg2video'],
])('%s, whose sound begins after 33 s, is not missing', async (name, encoder) => {
  const codecs = ['-c:v', encoder, '-c:a', 'ac3'];
  const timing = { rate: '25', periodFrames: 50, seconds: 40 };
  const path = await makeFlashFilm({ dir, name, codecs, audioFilter: LATE, ...timing });
  const source = await probe(path, { tools: TOOLS });
  const survey = await surveyPackets({ tools: TOOLS, source });
  const missing = findMissing(source, survey).filter(({ kind }) => kind === 'missing');
  expect(missing).toStrictEqual([]);
  expect((survey.audio[0]?.startMs ?? 0) / 1000).toBeCloseTo(33, 0);
});
