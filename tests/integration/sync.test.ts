import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeFilm } from '../helpers/encode-film.ts';
import {
  type FlashFilmOptions,
  findMoments,
  makeFlashFilm,
  offsetsOf,
} from '../helpers/flash-and-beep.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('sync');

/** What is promised; a frame of AAC is 21 ms, a picture at 24 fps 42. */
const LIMIT_MS = 40;

const film = (options: Omit<FlashFilmOptions, 'dir'>) => () =>
  makeFlashFilm({ dir, seconds: 8, ...options });

/** Copies a film from a time on, which needs an edit list, or time stamps below zero. */
const cut = (name: string, args: readonly string[]) => async () => {
  const whole = await makeFlashFilm({ dir, name: `whole-${name}.mp4`, seconds: 10 });
  const path = join(dir, name);
  await runFfmpeg(['-ss', '1.25', '-i', whole, '-c', 'copy', ...args, `file:${path}`]);
  return path;
};

/** Its first pictures have times below zero, which an AVI cannot say: they are squeezed together. */
const copiedToAvi = (name: string) => async () => {
  const codecs = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-c:a', 'aac'];
  const timing = { rate: '12', periodFrames: 24, seconds: 8 };
  const whole = await makeFlashFilm({ dir, name: `whole-${name}.mp4`, codecs, ...timing });
  const path = join(dir, name);
  await runFfmpeg(['-i', whole, '-c', 'copy', '-avoid_negative_ts', 'disabled', `file:${path}`]);
  return path;
};

const joined = (name: string, offset: string) => async () => {
  const first = await makeFlashFilm({ dir, name: `first-${name}`, seconds: 4 });
  const args = ['-output_ts_offset', offset];
  const second = await makeFlashFilm({ dir, name: `second-${name}`, seconds: 4, args });
  const path = join(dir, name);
  writeFileSync(path, Buffer.concat([readFileSync(first), readFileSync(second)]));
  return path;
};

/** Drops pictures at random, but never those of a flash. */
const uneven = "select='lt(mod(n,60),3)+gt(random(1),0.4)'";

/** Flashes that must have a beep near them: those of the first and the last second among them. */
const FILMS: readonly (readonly [string, number, () => Promise<string>])[] = [
  ['MP4 at 24, 44.1 kHz', 4, film({ name: 'a.mp4', sampleRateHz: 44_100 })],
  ['Matroska at 23.976, half a picture off', 4, film({ name: 'b.mkv', rate: '24000/1001' })],
  ['Matroska at 12', 4, film({ name: 'c.mkv', rate: '12', periodFrames: 24 })],
  ['MPEG-TS at 25', 4, film({ name: 'd.ts', rate: '25', periodFrames: 50 })],
  ['an uneven rate', 4, film({ name: 'e.mp4', rate: '30', periodFrames: 60, videoFilter: uneven })],
  ['sound that starts late', 3, film({ name: 'f.mkv', audioFilter: 'atrim=start=1.3' })],
  ['a picture that starts late', 3, film({ name: 'g.mp4', videoFilter: 'trim=start=1.3' })],
  ['a start at 10 s', 4, film({ name: 'h.ts', args: ['-output_ts_offset', '10'] })],
  ['an edit list', 4, cut('i.mp4', [])],
  ['time stamps below zero', 4, cut('j.mkv', ['-avoid_negative_ts', 'disabled'])],
  [
    'holes in the sound, long and short',
    4,
    film({
      name: 'k.mkv',
      audioFilter: "aselect='not(between(mod(t,2),1,1.04)+between(t,4.4,5.7))'",
    }),
  ],
  [
    'H.264 with B-frames in AVI, which does not say when they are shown',
    4,
    film({
      name: 'o.avi',
      codecs: ['-c:v', 'libx264', '-preset', 'veryfast', '-c:a', 'pcm_s16le'],
    }),
  ],
  [
    'MPEG-4 with B-frames and MP3 in AVI',
    4,
    film({ name: 'p.avi', codecs: ['-c:v', 'mpeg4', '-bf', '2', '-c:a', 'libmp3lame'] }),
  ],
  ['an AVI whose first pictures are squeezed together', 4, copiedToAvi('q.avi')],
  [
    'a hole in the picture',
    4,
    film({ name: 'l.mkv', videoFilter: "select='not(between(t,4.4,5.7))'" }),
  ],
  ['two recordings joined, the clock back at its start', 4, joined('m.ts', '0')],
  ['two recordings joined, the clock a minute on', 4, joined('n.ts', '64')],
];

describe('sound and picture begin together and stay so, within 40 ms', () => {
  test.each(FILMS)('%s', async (_, least, make) => {
    const moments = await findMoments(await encodeFilm(await make()));
    const offsets = offsetsOf(moments);
    expect(offsets.length, JSON.stringify(moments)).toBeGreaterThanOrEqual(least);
    for (const offset of offsets) {
      expect(Math.abs(offset), offsets.join(' ')).toBeLessThanOrEqual(LIMIT_MS);
    }
  });
});
