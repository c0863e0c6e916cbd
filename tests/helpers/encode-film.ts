import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { loadPreset } from '../../src/config/load-preset.ts';
import { encodeArgs } from '../../src/ffmpeg/encode/encode-args.ts';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import { findTools } from '../../src/ffmpeg/tools/find-tools.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Preset } from '../../src/model/preset.ts';
import type { HdrChoice } from '../../src/model/settings.ts';
import type { Toolchain, Tools } from '../../src/model/toolchain.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { makeFastTempDir } from './temp-dir.ts';
import { toolchainOf } from './toolchain-of.ts';

/** The programs that `add` would take. */
export const TOOLS: Tools = await findTools({
  ffmpegPath: process.env['MOVIE_INGEST_FFMPEG'],
  ffprobePath: process.env['MOVIE_INGEST_FFPROBE'],
  pathVariable: process.env['PATH'],
  platform: process.platform,
});

export type EncodedFilm = Readonly<{
  plan: Plan;
  /** Joins the segments of a rendition to one transport stream. */
  join: (rendition: string) => Buffer;
  /** Path of a rendition's first segment. */
  first: (rendition: string) => string;
}>;

export type EncodeFilmOptions = Readonly<{
  /** Default: the two lower rungs of `fast`, of good quality. */
  preset?: Preset;
  toolchain?: Toolchain;
  hdr?: HdrChoice;
}>;

/** Plans a film as `add` does, without a store. */
export async function planFilmAt(path: string, options: EncodeFilmOptions = {}): Promise<Plan> {
  return makePlan({
    slug: 'film',
    source: await probe(path, { tools: TOOLS }),
    preset: options.preset ?? (await smallPreset()),
    toolchain: options.toolchain ?? toolchainOf(),
    hdr: options.hdr,
    encodeArgs,
  });
}

/** Plans and encodes a film as `add` does, without a store. */
export async function encodeFilm(
  path: string,
  options: EncodeFilmOptions = {},
): Promise<EncodedFilm> {
  const plan = await planFilmAt(path, options);
  const dir = makeFastTempDir('encoded');
  mkdirSync(dir, { recursive: true });
  // By the ffmpeg that is tested, whoever makes the films.
  await execa(TOOLS.ffmpeg, plan.ffmpegArgs, { cwd: dir, stdin: 'ignore' });
  const segmentsOf = (rendition: string) =>
    readdirSync(join(dir, rendition))
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => join(dir, rendition, file));
  return {
    plan,
    join: (rendition) => Buffer.concat(segmentsOf(rendition).map((file) => readFileSync(file))),
    first: (rendition) => segmentsOf(rendition)[0] ?? '',
  };
}

/** One small rung, cheap and sharp enough to read a number or a colour from. */
export async function smallPreset(): Promise<Preset> {
  const preset = await loadPreset('fast', { cwd: '/' });
  const [rung] = preset.rungs;
  if (rung === undefined) throw new Error('the preset has no rung');
  return {
    ...preset,
    x264Preset: 'ultrafast',
    rungs: [{ ...rung, crf: 10, maxKbps: 20_000, bufferKbits: 40_000 }],
  };
}
