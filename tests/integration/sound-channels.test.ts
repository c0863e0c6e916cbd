import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/load-preset.ts';
import { audioArgs } from '../../src/ffmpeg/audio-args.ts';
import { describeAudio } from '../../src/ffmpeg/describe-audio.ts';
import { ProbedFile } from '../../src/ffmpeg/ffprobe-output.ts';
import { audioRenditions } from '../../src/plan/audio-renditions.ts';
import { measureTones, type ToneLevels } from '../helpers/measure-tones.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const preset = await loadPreset('default', { cwd: '/' });
const dir = makeTempDir('sound');

type Track = Readonly<{
  /** ffmpeg's name; its channels get 200, 300, 400 … Hz in its own order. */
  layout: string;
  channels: number;
  /** Of each tone; 1 is full scale. */
  amplitude?: number;
  rate?: number;
  args?: readonly string[];
  name?: string;
}>;

const toneOf = (index: number) => 200 + 100 * index;

async function makeSound(track: Track): Promise<string> {
  const { layout, channels, amplitude = 0.1, rate = 48_000, name = 'in.wav' } = track;
  const tones = Array.from(
    { length: channels },
    (_, index) => `${amplitude}*sin(2*PI*${toneOf(index)}*t)`,
  );
  const path = join(
    dir,
    `${track.args?.join('') ?? ''}${layout}-${name}`.replaceAll(/[^\w.-]/g, '_'),
  );
  const source = `aevalsrc='${tones.join('|')}':s=${rate}:c='${layout}':d=4`;
  await runFfmpeg(['-f', 'lavfi', '-i', source, ...(track.args ?? ['-c:a', 'pcm_f32le']), path]);
  return path;
}

/** The way of a sound in the encode, from what ffprobe says to AAC: answers with the files made. */
async function encodeSound(path: string, surround = false): Promise<readonly string[]> {
  const tracks = describeAudio(
    ProbedFile.parse(await runFfprobe(path, ['-show_format', '-show_streams'])),
    0,
  );
  const audio = audioRenditions(tracks, { ...preset, audio: { ...preset.audio, surround } });
  const made = audio.map(({ name }) => join(dir, `${name}-${performance.now()}.mp4`));
  for (const [index, rendition] of audio.entries()) {
    const args = audioArgs([rendition]).flat();
    await runFfmpeg(['-i', path, '-map', `0:${rendition.sourceIndex}`, ...args, made[index] ?? '']);
  }
  return made;
}

async function levelsOf(track: Track): Promise<ToneLevels> {
  const [stereo = ''] = await encodeSound(await makeSound(track));
  const frequencies = Array.from({ length: track.channels }, (_, index) => toneOf(index));
  return measureTones(stereo, { channels: 2, frequencies });
}

/** What −20 dB comes to by a gain. */
const at = (gain: number) => 20 * Math.log10(gain) - 20;
const SILENT = -60;

function expectLevels(
  levels: ToneLevels,
  wanted: readonly (readonly [left: number, right: number])[],
) {
  wanted.forEach((gains, index) => {
    gains.forEach((gain, side) => {
      const level = levels[side]?.[toneOf(index)] ?? Number.NaN;
      if (gain === 0) expect(level).toBeLessThan(SILENT);
      else expect(Math.abs(level - at(gain))).toBeLessThan(0.5);
    });
  });
}

describe('which channel comes out where, and how loud', () => {
  const [front, half, none] = [0.71, 0.5, 0];
  test.each<readonly [string, number, readonly (readonly [number, number])[]]>([
    ['mono', 1, [[1, 1]]],
    [
      'stereo',
      2,
      [
        [1, none],
        [none, 1],
      ],
    ],
    [
      '2.1',
      3,
      [
        [1, none],
        [none, 1],
        [front, front],
      ],
    ],
    [
      '3.0',
      3,
      [
        [front, none],
        [none, front],
        [half, half],
      ],
    ],
    [
      '4.0',
      4,
      [
        [front, none],
        [none, front],
        [half, half],
        [0.35, 0.35],
      ],
    ],
    [
      'quad',
      4,
      [
        [1, none],
        [none, 1],
        [front, none],
        [none, front],
      ],
    ],
    [
      '5.0',
      5,
      [
        [front, none],
        [none, front],
        [half, half],
        [half, none],
        [none, half],
      ],
    ],
    [
      '5.1',
      6,
      [
        [front, none],
        [none, front],
        [half, half],
        [half, half],
        [half, none],
        [none, half],
      ],
    ],
    [
      '5.1(side)',
      6,
      [
        [front, none],
        [none, front],
        [half, half],
        [half, half],
        [half, none],
        [none, half],
      ],
    ],
    [
      '6.1',
      7,
      [
        [front, none],
        [none, front],
        [half, half],
        [half, half],
        [0.35, 0.35],
        [half, none],
        [none, half],
      ],
    ],
    [
      '7.1',
      8,
      [
        [front, none],
        [none, front],
        [half, half],
        [half, half],
        [half, none],
        [none, half],
        [half, none],
        [none, half],
      ],
    ],
  ])('%s', async (layout, channels, wanted) => {
    expectLevels(await levelsOf({ layout, channels }), wanted);
  });

  test('six channels of no known layout count as 5.1', async () => {
    const levels = await levelsOf({
      layout: '5.1',
      channels: 6,
      name: 'in.mkv', // PCM in Matroska has a number of channels, and nothing else
    });
    expectLevels(levels, [
      [front, none],
      [none, front],
      [half, half],
      [half, half],
      [half, none],
      [none, half],
    ]);
  });
});
