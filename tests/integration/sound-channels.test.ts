import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../src/config/load-preset.ts';
import { audioArgs } from '../../src/ffmpeg/encode/audio-args.ts';
import { describeAudio } from '../../src/ffmpeg/probe/describe-audio.ts';
import { ProbedFile } from '../../src/ffmpeg/probe/ffprobe-output.ts';
import { audioRenditions } from '../../src/plan/audio-renditions.ts';
import { decodeSamples, measureTones, type ToneLevels } from '../helpers/measure-tones.ts';
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
  const source = `aevalsrc='${tones.join('|')}':s=${rate}:c='${layout}':d=2.5`;
  await runFfmpeg(['-f', 'lavfi', '-i', source, ...(track.args ?? ['-c:a', 'pcm_f32le']), path]);
  return path;
}

/** The way of a sound in the encode, from what ffprobe says to AAC: answers with the files made. */
async function encodeSound(path: string, surround = false): Promise<readonly string[]> {
  const { audio: tracks } = describeAudio(
    ProbedFile.parse(await runFfprobe(path, ['-show_format', '-show_streams'])),
    0,
  );
  const audio = audioRenditions(tracks, { ...preset, audio: { ...preset.audio, surround } });
  const made = audio.map(({ name }) => join(dir, `${name}-${performance.now()}.mp4`));
  for (const [index, rendition] of audio.entries()) {
    const args = audioArgs([rendition], {}).flat();
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

  test.each<readonly [string, readonly (readonly [number, number])[]]>([
    [
      'SL+SR', // the surround pair of a studio's film, on a track of its own
      [
        [1, none],
        [none, 1],
      ],
    ],
    [
      'FC+LFE',
      [
        [1, 1],
        [1, 1],
      ],
    ],
    [
      'FL+FC',
      [
        [front, none],
        [half, half],
      ],
    ],
  ])('two channels that are no stereo: %s', async (layout, wanted) => {
    expectLevels(await levelsOf({ layout, channels: 2 }), wanted);
  });

  test('a single channel of which the decoder says no place goes to both sides', async () => {
    const levels = await levelsOf({
      layout: 'mono',
      channels: 1,
      rate: 16_000,
      args: ['-c:a', 'libspeex', '-b:a', '27k'],
      name: 'in.ogg',
    });
    const [left = Number.NaN, right = Number.NaN] = levels.map((side) => side[toneOf(0)]);
    expect(Math.abs(left - at(1))).toBeLessThan(1);
    expect(right).toBeCloseTo(left, 1);
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

describe('the limiter', () => {
  test('takes what a loud film adds up to: no sample is cut', async () => {
    // All six at full scale in one phase would come to 2.2 times full scale.
    const loud = await makeSound({ layout: '5.1', channels: 6, amplitude: 1 });
    const [stereo = ''] = await encodeSound(loud);
    const samples = await decodeSamples(stereo, { channels: 2, from: 1, seconds: 1 });
    const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
    expect(peak).toBeGreaterThan(0.7);
    expect(peak).toBeLessThan(1);
  });

  test('moves nothing: a beat is where it was', async () => {
    const path = join(dir, 'beat.wav');
    const beat = 'if(lt(mod(t,1),0.002),0.5,0)';
    const source = `aevalsrc='${Array(6).fill(beat).join('|')}':s=48000:c=5.1:d=4`;
    await runFfmpeg(['-f', 'lavfi', '-i', source, '-c:a', 'pcm_f32le', path]);
    const [stereo = ''] = await encodeSound(path);
    const samples = await decodeSamples(stereo, { channels: 2, from: 1, seconds: 1 });
    const first = samples.findIndex((sample) => Math.abs(sample) > 0.4);
    expect(Math.floor(first / 2)).toBeLessThan(48); // a millisecond
  });
});

describe('5.1 for --surround', () => {
  test.each([
    ['5.1', 6],
    ['5.1(side)', 6],
  ])('each channel of %s stays where it is, at full level', async (layout, channels) => {
    const [, surround = ''] = await encodeSound(await makeSound({ layout, channels }), true);
    const frequencies = Array.from({ length: channels }, (_, index) => toneOf(index));
    const levels = await measureTones(surround, { channels: 6, frequencies });
    // The low frequency channel is one of its own: AAC keeps little above 120 Hz in it.
    for (const channel of [0, 1, 2, 4, 5]) {
      for (const index of frequencies.keys()) {
        const level = levels[channel]?.[toneOf(index)] ?? Number.NaN;
        if (index === channel) expect(Math.abs(level - at(1))).toBeLessThan(0.5);
        else expect(level).toBeLessThan(SILENT);
      }
    }
  });
});

describe('codecs and rates', () => {
  test.each<readonly [string, Partial<Track> & Readonly<{ args: readonly string[] }>]>([
    ['8 kHz', { rate: 8_000, args: ['-c:a', 'pcm_s16le'] }],
    ['96 kHz', { rate: 96_000, args: ['-c:a', 'pcm_s24le'] }],
    ['192 kHz', { rate: 192_000, args: ['-c:a', 'pcm_s24le'] }],
    ['8 bit', { args: ['-c:a', 'pcm_u8'] }],
    ['24 bit big endian', { name: 'in.mov', args: ['-c:a', 'pcm_s24be'] }],
    ['A-law', { rate: 8_000, args: ['-c:a', 'pcm_alaw'] }],
    ['Opus', { name: 'in.mkv', args: ['-c:a', 'libopus', '-b:a', '128k'] }],
    ['Vorbis', { name: 'in.ogg', args: ['-c:a', 'libvorbis', '-b:a', '192k'] }],
    ['MP3', { name: 'in.mkv', args: ['-c:a', 'libmp3lame', '-b:a', '192k'] }],
    ['FLAC', { name: 'in.mkv', args: ['-c:a', 'flac'] }],
    ['ALAC', { name: 'in.mov', args: ['-c:a', 'alac'] }],
    ['AC-3', { name: 'in.ts', args: ['-c:a', 'ac3'] }],
    ['E-AC-3', { name: 'in.mp4', args: ['-c:a', 'eac3'] }],
    ['TrueHD', { name: 'in.mkv', args: ['-c:a', 'truehd', '-strict', '-2'] }],
    ['DTS', { name: 'in.mkv', args: ['-c:a', 'dca', '-strict', '-2'] }],
    ['WMA', { name: 'in.wma', args: ['-c:a', 'wmav2', '-b:a', '192k'] }],
  ])(
    '%s comes out in stereo at 48 kHz, as loud as it was, left and right apart',
    async (_, track) => {
      const levels = await levelsOf({ layout: 'stereo', channels: 2, ...track });
      for (const side of [0, 1]) {
        expect(Math.abs((levels[side]?.[toneOf(side)] ?? Number.NaN) - at(1))).toBeLessThan(1);
        expect(levels[side]?.[toneOf(1 - side)]).toBeLessThan(-45);
      }
    },
  );
});
