import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { IngestError } from '../../errors.ts';
import type { Preset, VideoCodec } from '../../model/preset.ts';
import type { EncoderChoice } from '../../model/settings.ts';
import {
  type EncoderName,
  isVideoToolbox,
  type Toolchain,
  type Tools,
} from '../../model/toolchain.ts';
import { run } from '../run.ts';
import { parseEncoderHelp } from './parse-encoder-help.ts';
import { toolVersion } from './tool-version.ts';
import { mayPass, tryEncoder } from './try-encoder.ts';
import { tryToneMappers } from './try-tone-mappers.ts';

export type InspectOptions = Readonly<{
  /** Which codec it makes decides between which encoders is chosen. */
  preset: Pick<Preset, 'name' | 'codec'>;
  choice: EncoderChoice;
  /** Folder for `toolchain.json`; made when needed. A cache that cannot be written is no error. */
  cacheDir: string;
  /** Ask everything again, whatever the cache says (`doctor`). The answer is kept all the same. */
  fresh?: boolean;
  /** False: the answer is not kept, since the command promises to write nothing (`plan`). */
  remembers?: boolean;
  signal?: AbortSignal | undefined;
}>;

/** Best first. */
const PREFERENCE = {
  h264: ['h264_videotoolbox', 'libx264'],
  hevc: ['hevc_videotoolbox', 'libx265'],
} as const satisfies Record<VideoCodec, readonly EncoderName[]>;
const KNOWN: readonly EncoderName[] = [...PREFERENCE.h264, ...PREFERENCE.hevc];

/** For HDR, interlaced films, loudness, quality reports; Homebrew's slim ffmpeg lacks some. */
const WANTED_FILTERS = [
  'alimiter',
  'bwdif',
  'drawtext',
  'idet',
  'libplacebo',
  'libvmaf',
  'loudnorm',
  'overlay',
  'scale_vt',
  'subtitles',
  'tonemap',
  'zscale',
];

/**
 * What this ffmpeg can truly do. `encoders` are those of the preset's codec and of `choice` (the software
 * encoder alone, else VideoToolbox and the software encoder as far as this build lists them), each
 * proved by a trial encode; at least one works.
 * The first call for a binary starts processes (a second or two); later ones read one file, until the
 * binary or the operating system is another. A failure that may pass (busy, no answer) is not kept,
 * and `--encoder videotoolbox` asks again where the kept answer is no.
 * Throws `usage` when the encoder that was asked for, or every encoder, does not work.
 */
export async function inspectToolchain(tools: Tools, options: InspectOptions): Promise<Toolchain> {
  demandFit(options);
  const cacheFile = join(options.cacheDir, 'toolchain.json');
  const binary = await identify(tools.ffmpeg);
  const known = options.fresh === true ? undefined : await readCache(cacheFile, binary);
  const answer = await ask(tools, options, known);
  if (answer !== known && options.remembers !== false)
    await writeCache(cacheFile, { version: CACHE_VERSION, binary, answer: keepable(answer) });
  const encoders = answer.encoders.filter(({ name }) => isWanted(name, options));
  const toolchain = {
    tools,
    ffmpegVersion: answer.ffmpegVersion,
    encoders,
    filters: answer.filters,
    toneMappers: answer.toneMappers,
  };
  demandVersion(toolchain);
  demandEncoder(toolchain, options);
  return toolchain;
}

const Name = z.enum(['h264_videotoolbox', 'libx264', 'hevc_videotoolbox', 'libx265']);
const Names = z.array(z.string()).readonly();

const Answer = z.object({
  ffmpegVersion: z.string(),
  filters: Names,
  toneMappers: z.array(
    z.object({
      name: z.enum(['scale_vt', 'zscale', 'swscale', 'libplacebo']),
      works: z.boolean(),
      detail: z.string(),
    }),
  ),
  /** Encoders that this build lists, by preference, with their private options. */
  listed: z.array(z.object({ name: Name, options: Names })),
  /** Those of them that were tried. */
  encoders: z.array(
    z.object({
      name: Name,
      works: z.boolean(),
      detail: z.string(),
      options: Names,
      bFrames: z.union([z.literal(0), z.literal(2)]).exactOptional(),
    }),
  ),
});
type Answer = z.infer<typeof Answer>;

/** Another file, or macOS after an update, is another encoder. */
const Binary = z.object({
  path: z.string(),
  bytes: z.number(),
  modifiedAtMs: z.number(),
  osRelease: z.string(),
});
type Binary = z.infer<typeof Binary>;

/** Another number when a version of this program asks for more: what is kept then lacks it. */
const CACHE_VERSION = 4;

const Cache = z.object({ version: z.literal(CACHE_VERSION), binary: Binary, answer: Answer });

async function identify(ffmpeg: string): Promise<Binary> {
  const path = await realpath(ffmpeg);
  const { size, mtimeMs } = await stat(path);
  return { path, bytes: size, modifiedAtMs: mtimeMs, osRelease: release() };
}

async function readCache(file: string, binary: Binary): Promise<Answer | undefined> {
  try {
    const cache = Cache.parse(JSON.parse(await readFile(file, 'utf8')));
    return isDeepStrictEqual(cache.binary, binary) ? cache.answer : undefined;
  } catch {
    return undefined; // absent, damaged, of an older version: asked again
  }
}

async function writeCache(file: string, cache: z.infer<typeof Cache>): Promise<void> {
  try {
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, `${JSON.stringify(cache, null, 2)}\n`);
  } catch {
    // A read-only home costs the next run a second, not this run its film.
  }
}

/** `known`, completed by what it lacks; `known` itself when it lacks nothing. */
async function ask(
  tools: Tools,
  options: InspectOptions,
  known: Answer | undefined,
): Promise<Answer> {
  const base = known ?? (await askBuild(tools.ffmpeg, options.signal));
  const missing = base.listed.filter(
    ({ name }) => isWanted(name, options) && !isAnswered(base, name, options.choice),
  );
  if (known !== undefined && missing.length === 0) return known;
  const trials = await Promise.all(
    missing.map(({ name, options: own }) =>
      tryEncoder({ ffmpeg: tools.ffmpeg, name, options: own, signal: options.signal }),
    ),
  );
  const encoders = KNOWN.flatMap(
    (name) => [...trials, ...base.encoders].find((trial) => trial.name === name) ?? [],
  );
  return { ...base, encoders };
}

function isWanted(name: EncoderName, { choice, preset }: InspectOptions): boolean {
  const ofCodec: readonly EncoderName[] = PREFERENCE[preset.codec];
  return ofCodec.includes(name) && (!isSoftware(choice) || name === choice);
}

function isSoftware(choice: EncoderChoice): boolean {
  return choice !== 'auto' && choice !== 'videotoolbox';
}

function isAnswered(answer: Answer, name: EncoderName, choice: EncoderChoice): boolean {
  const trial = answer.encoders.find((it) => it.name === name);
  if (trial === undefined) return false;
  return trial.works || !isVideoToolbox(name) || choice !== 'videotoolbox';
}

async function askBuild(ffmpeg: string, signal: AbortSignal | undefined): Promise<Answer> {
  const query = async (args: readonly string[]) => {
    const result = await run(ffmpeg, ['-hide_banner', ...args], { timeoutMs: 30_000, signal });
    return result.stdout.toString();
  };
  const filters = parseFilters(await query(['-filters']));
  const [ffmpegVersion, toneMappers, ...help] = await Promise.all([
    toolVersion({ name: 'ffmpeg', path: ffmpeg, signal }),
    tryToneMappers({ ffmpeg, filters, signal }),
    ...KNOWN.map((name) => query(['-h', `encoder=${name}`])),
  ]);
  signal?.throwIfAborted();
  const listed = KNOWN.flatMap((name, index) => {
    const options = parseEncoderHelp(name, help[index] ?? '');
    return options === undefined ? [] : [{ name, options }];
  });
  return {
    ffmpegVersion,
    filters,
    toneMappers: [...toneMappers],
    listed,
    encoders: [],
  };
}

/** Lines like ` TS bwdif   V->V   Deinterlace …`, with two or three letters of flags. */
function parseFilters(text: string): string[] {
  const names = [...text.matchAll(/^ [T.][S.][C.]? (\S+) +\S+->\S+/gm)].map((match) => match[1]);
  return WANTED_FILTERS.filter((name) => names.includes(name));
}

function keepable(answer: Answer): Answer {
  return { ...answer, encoders: answer.encoders.filter((trial) => !mayPass(trial)) };
}

/** Debian 12's. Options that we use (`-fps_mode`) came with it, and would fail after hours otherwise. */
const OLDEST = [5, 1] as const;

/** Versions of snapshots (`N-109542-g…`) cannot be compared and are taken for new. */
function demandVersion({ ffmpegVersion, tools }: Toolchain): void {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(ffmpegVersion)?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return;
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new IngestError('usage', {
    what: `ffmpeg ${ffmpegVersion} is too old: ${OLDEST.join('.')} or newer is needed`,
    why: `It was found at ${tools.ffmpeg}.`,
    fix: 'Install a newer one (brew upgrade ffmpeg, or a newer release of your system) and name it in MOVIE_INGEST_FFMPEG.',
    isOfThisMachine: true,
  });
}

/** An encoder of another codec than the preset's was asked for. */
function demandFit({ choice, preset }: InspectOptions): void {
  const names: readonly string[] = PREFERENCE[preset.codec];
  if (!isSoftware(choice) || names.includes(choice)) return;
  throw new IngestError('usage', {
    what: `the preset ${preset.name} cannot be encoded with ${choice}`,
    why: `It makes ${CODEC_NAME[preset.codec]}, which ${names.join(' and ')} encode.`,
    fix: `Use --encoder auto or --encoder ${names.at(-1)}, or another preset: --preset ${preset.codec === 'hevc' ? 'default' : 'hevc'}`,
    isOfThisMachine: true,
  });
}

function demandEncoder(toolchain: Toolchain, { choice, preset }: InspectOptions): void {
  const { encoders, tools, ffmpegVersion } = toolchain;
  const [hardware, software] = PREFERENCE[preset.codec];
  const videoToolbox = encoders.find(({ name }) => name === hardware);
  if (choice === 'videotoolbox' && videoToolbox?.works !== true) {
    throw new IngestError('usage', {
      what: 'VideoToolbox does not work here',
      why: videoToolbox?.detail ?? `${tools.ffmpeg} (${ffmpegVersion}) was built without it.`,
      fix: `Use --encoder auto, which takes ${software} where VideoToolbox fails. On a Mac, brew install ffmpeg has it.`,
      isOfThisMachine: true,
    });
  }
  if (encoders.some(({ works }) => works)) return;
  const codec = CODEC_NAME[preset.codec];
  const isOther = preset.codec === 'hevc';
  throw new IngestError('usage', {
    what: `${tools.ffmpeg} (${ffmpegVersion}) cannot encode ${codec}${isOther ? `, which the preset ${preset.name} makes` : ''}`,
    why:
      encoders.map(({ name, detail }) => `${name}: ${detail}`).join('; ') ||
      `It was built without ${software} and without VideoToolbox.`,
    fix: `Install a complete ffmpeg: brew install ffmpeg, or sudo apt-get install -y ffmpeg${isOther ? '. Or take a preset of H.264: --preset default' : ''}`,
    isOfThisMachine: true,
  });
}

const CODEC_NAME: Readonly<Record<VideoCodec, string>> = { h264: 'H.264', hevc: 'HEVC' };
