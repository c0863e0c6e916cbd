import { expect, test } from 'vitest';
import { encodeFilm } from '../helpers/encode-film.ts';
import {
  type FlashFilmOptions,
  findMoments,
  makeFlashFilm,
  offsetsOf,
} from '../helpers/flash-and-beep.ts';
import { makeFastTempDir } from '../helpers/temp-dir.ts';

const dir = makeFastTempDir('hour');

/** A little more than an hour, a flash and a beep about once a minute. */
const HOUR: Pick<FlashFilmOptions, 'dir' | 'seconds' | 'periodFrames'> = {
  dir,
  seconds: 3_630,
  periodFrames: 1_440,
};

test.each<readonly [string, Omit<FlashFilmOptions, 'dir'>]>([
  [
    'Matroska at 23.976 with sound of 44.1 kHz',
    { name: 'a.mkv', rate: '24000/1001', sampleRateHz: 44_100 },
  ],
  [
    'MPEG-TS at 25, whose sound loses a packet every minute',
    {
      name: 'b.ts',
      rate: '25',
      audioFilter: "aselect='not(between(mod(t,60),30,30.03))'",
    },
  ],
  [
    'an uneven rate',
    { name: 'c.mp4', rate: '30', videoFilter: "select='lt(mod(n,1440),3)+gt(random(1),0.4)'" },
  ],
])('after an hour sound and picture are within 40 ms: %s', async (_, options) => {
  const film = await encodeFilm(await makeFlashFilm({ ...HOUR, ...options }));
  const moments = await findMoments(film);
  expect(moments.flashes.at(-1)).toBeGreaterThan(3_540);
  const offsets = offsetsOf(moments);
  process.stderr.write(`${options.name}: ${offsets.join(' ')}\n`);
  expect(offsets.length).toBeGreaterThanOrEqual(moments.flashes.length - 1);
  for (const offset of offsets) expect(Math.abs(offset), offsets.join(' ')).toBeLessThanOrEqual(40);
});
