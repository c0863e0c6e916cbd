import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPreset } from '../../../../src/config/load-preset.ts';
import { encodeArgs } from '../../../../src/ffmpeg/encode/encode-args.ts';
import { parseEncoderHelp } from '../../../../src/ffmpeg/tools/parse-encoder-help.ts';
import { makePlan } from '../../../../src/plan/make-plan.ts';
import { sourceOf } from '../../../helpers/source-of.ts';
import { toolchainOf } from '../../../helpers/toolchain-of.ts';

const HELP = resolve(import.meta.dirname, '../../../fixtures/ffmpeg-help');

/** One flag to a line, so that a change of the golden file reads as what it is. */
const lines = (args: readonly string[]) => `${args.join('\n').replaceAll('\n-', '\n\n-')}\n`;

/** What this release says of its encoder, and what the trial encode proved on this machine. */
async function argvOn({ release, bFrames }: Readonly<{ release: string; bFrames: 0 | 2 }>) {
  const help = await readFile(`${HELP}/h264_videotoolbox-${release}.txt`, 'utf8');
  const videotoolbox = parseEncoderHelp('h264_videotoolbox', help) ?? [];
  const plan = makePlan({
    slug: 'film',
    source: sourceOf(),
    preset: await loadPreset('default', { cwd: '/' }),
    toolchain: toolchainOf({ videotoolbox, bFrames }),
    encodeArgs,
  });
  return { args: plan.ffmpegArgs, known: videotoolbox };
}

const MACS = [
  ['apple-silicon-ffmpeg-5', { release: '5.1', bFrames: 2 }],
  ['apple-silicon-ffmpeg-6', { release: '6.1', bFrames: 2 }],
  ['apple-silicon-ffmpeg-7', { release: '7.1', bFrames: 2 }],
  ['apple-silicon-ffmpeg-8', { release: '8.1', bFrames: 2 }],
  // Some Intel Macs refuse pictures out of order; the trial shows it.
  ['intel-ffmpeg-7', { release: '7.1', bFrames: 0 }],
  // An x86_64 build on Apple silicon prints the same help, and fails at -q:v (ffmpeg-hls.md §1.2).
  ['rosetta-ffmpeg-7', { release: '7.1', bFrames: 2 }],
] as const;

describe.each(MACS)('on %s', (name, mac) => {
  test('the argument list is the one that was read and approved', async () => {
    const { args } = await argvOn(mac);
    await expect(lines(args)).toMatchFileSnapshot(`../../../golden/argv/videotoolbox-${name}.txt`);
  });

  test('it has no private option that this build does not know, as that would be fatal', async () => {
    const { args, known } = await argvOn(mac);
    const ours = ['allow_sw', 'realtime', 'a53cc', 'prio_speed', 'spatial_aq'];
    const used = ours.filter((option) => args.includes(`-${option}:v`));
    expect(used).toEqual(ours.filter((option) => known.includes(option)));
  });

  test('it has nothing that fails, hangs or misleads on some Mac', async () => {
    const { args } = await argvOn(mac);
    const flags = args.filter((arg) => arg.startsWith('-')).map((arg) => arg.split(':')[0]);
    for (const flag of ['-q', '-maxrate', '-bufsize', '-level', '-crf', '-max_ref_frames']) {
      expect(flags).not.toContain(flag);
    }
  });
});

test('an HDR film goes through the graphics card to SDR where that was proved', async () => {
  const help = await readFile(`${HELP}/h264_videotoolbox-8.1.txt`, 'utf8');
  const videotoolbox = parseEncoderHelp('h264_videotoolbox', help) ?? [];
  const plan = makePlan({
    slug: 'film',
    source: sourceOf({ transfer: 'pq', bitDepth: 10, pixelFormat: 'yuv420p10le' }),
    preset: await loadPreset('default', { cwd: '/' }),
    toolchain: toolchainOf({ videotoolbox, bFrames: 2, toneMapper: 'scale_vt' }),
    encodeArgs,
  });
  const golden = '../../../golden/argv/videotoolbox-hdr.txt';
  await expect(lines(plan.ffmpegArgs)).toMatchFileSnapshot(golden);
});

test('Rosetta gets what Apple silicon gets', async () => {
  const [native, translated] = await Promise.all([argvOn(MACS[2][1]), argvOn(MACS[5][1])]);
  expect(translated.args).toEqual(native.args);
});
