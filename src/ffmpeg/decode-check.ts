import pLimit from 'p-limit';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { givingWay, type Manner } from '../lib/giving-way.ts';
import type { Tools } from '../model/toolchain.ts';
import { run } from './run.ts';
import { segmentsInput } from './segments-input.ts';

export type DecodeCheckOptions = Readonly<{
  tools: Tools;
  /** Holds a folder for each rendition. Absolute. */
  dir: string;
  renditions: readonly DecodeCheckRendition[];
  signal?: AbortSignal | undefined;
}>;

export type DecodeCheckRendition = Readonly<{
  name: string;
  /** File names below `<dir>/<name>/`, in order; at least one. */
  segments: readonly string[];
  /** fMP4: the init segment, as a file name in the same folder. */
  init?: string | undefined;
  /** How many the scan of the bytes counted in all segments; 0 for audio. */
  keyFrames: number;
}>;

/** `file` and `init` as in `DecodeCheckRendition`. */
export type DecodeCheckSegment = Readonly<{
  rendition: string;
  file: string;
  init?: string | undefined;
}>;

type CheckIn = Omit<DecodeCheckOptions, 'renditions'>;

/** Processes at once: on two cores as fast as one after another with all threads, and simpler to stop. */
const AT_ONCE = 2;

/** A check that goes along with an encode, so that little is left to do at its end. */
export type DecodeCheck = Readonly<{
  /** Begins to decode one segment in full, giving way to the encoder. What it finds is thrown later. */
  sample: (segment: DecodeCheckSegment) => void;
  /** Decodes the key frames of some segments of a rendition. What it finds is thrown later. */
  keyFrames: (rendition: DecodeCheckRendition) => Promise<void>;
  hasFailed: () => boolean;
  /** Throws what a sample has found so far. */
  throwIfFailed: () => void;
  /**
   * Decodes the rest of what viewers will decode: every key frame of each video rendition, and the
   * first, the middle and the last segment of each rendition in full, sound too, but for the samples
   * that were taken. Answers with the number of key frames, when all of it is done.
   */
  finish: (renditions: readonly DecodeCheckRendition[]) => Promise<{ keyFrames: number }>;
  /** Ends what is left, for whoever has given up. Answers when no decoder runs any more. */
  close: () => Promise<void>;
}>;

/**
 * Opens a check of what is in `dir`. A decoder that prints anything, fails, or finds another number of
 * key frames than the scan is an `encode` error, with rendition and segment named. It finds what no
 * scan of packets can: damaged picture data. About 2 % of the encode (performance.md §4.1).
 */
export function openDecodeCheck(options: CheckIn): DecodeCheck {
  const stop = new AbortController();
  const encoderEnded = new AbortController();
  const signals = [stop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const check = { ...options, signal: AbortSignal.any(signals) };
  const limit = pLimit(AT_ONCE);
  const jobs: Promise<void>[] = [];
  const taken = new Set<string>();
  // After one failure the other decoders are in vain.
  const begin = (job: () => Promise<void>) => {
    jobs.push(limit(() => job().catch((error: unknown) => stop.abort(error))));
  };
  const sample = (segment: DecodeCheckSegment) => {
    const name = `${segment.rendition}/${segment.file}`;
    if (taken.has(name)) return;
    taken.add(name);
    begin(() =>
      givingWay({ until: encoderEnded.signal, signal: check.signal }, (manner) =>
        checkSegment(segment, { ...check, ...manner }),
      ),
    );
  };
  return {
    sample,
    keyFrames: (rendition) => {
      // Not in line behind samples, which give way to the encoder: the disk may wait for this.
      const over = checkKeyFrames(rendition, check).catch((error: unknown) => stop.abort(error));
      jobs.push(over);
      return over;
    },
    hasFailed: () => stop.signal.aborted,
    throwIfFailed: () => stop.signal.throwIfAborted(),
    finish: async (renditions) => {
      encoderEnded.abort(new Error('the encoder has ended'));
      for (const rendition of renditions) {
        if (rendition.keyFrames > 0) begin(() => checkKeyFrames(rendition, check));
        const { name, init } = rendition;
        for (const file of samplesOf(rendition.segments)) {
          sample({ rendition: name, file, init });
        }
      }
      await Promise.all(jobs);
      stop.signal.throwIfAborted(); // by now no decoder is left running
      return { keyFrames: renditions.reduce((sum, { keyFrames }) => sum + keyFrames, 0) };
    },
    close: async () => {
      stop.abort(new Error('the check was closed'));
      await Promise.all(jobs);
    },
  };
}

/** The whole check of what is there, at once. */
export function decodeCheck(options: DecodeCheckOptions): Promise<{ keyFrames: number }> {
  return openDecodeCheck(options).finish(options.renditions);
}

function samplesOf(segments: readonly string[]): readonly string[] {
  const picks = [0, Math.floor(segments.length / 2), segments.length - 1];
  return [...new Set(picks.flatMap((index) => segments[index] ?? []))];
}

async function checkKeyFrames(rendition: DecodeCheckRendition, options: CheckIn): Promise<void> {
  const { name, segments, keyFrames } = rendition;
  const decoded = await decodeKeyFrames(rendition, segments, options);
  if (decoded.problem === undefined && decoded.pictures === keyFrames) return;
  if (decoded.problem === undefined) {
    throw new IngestError('encode', {
      what: `${name}: ${decoded.pictures} key frames can be decoded, ${keyFrames} are there`,
      ...NOTHING_PUBLISHED,
    });
  }
  const file = await findDamage(rendition, options);
  throw new IngestError('encode', {
    what: `A key frame of ${file === undefined ? name : `${name}/${file}`} cannot be decoded`,
    why: decoded.problem,
    ...NOTHING_PUBLISHED,
  });
}

/** Halves the list until one segment is left; undefined when only all together fail. */
async function findDamage(
  rendition: DecodeCheckRendition,
  options: CheckIn,
): Promise<string | undefined> {
  const fails = async (files: readonly string[]) =>
    (await decodeKeyFrames(rendition, files, options)).problem !== undefined;
  let suspects = rendition.segments;
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    suspects = (await fails(half)) ? half : suspects.slice(half.length);
  }
  return (await fails(suspects)) ? suspects[0] : undefined;
}

/** One process for the whole rendition. */
async function decodeKeyFrames(
  { name, init }: DecodeCheckRendition,
  files: readonly string[],
  { tools, dir, signal }: CheckIn,
): Promise<Decoded> {
  const { args, stdin } = segmentsInput({ rendition: name, files, init });
  return decode({
    ffmpeg: tools.ffmpeg,
    input: ['-skip_frame', 'nokey', ...args],
    dir,
    stdin,
    timeoutMs: 60_000 + 3_000 * files.length,
    signal,
  });
}

async function checkSegment(
  { rendition, file, init }: DecodeCheckSegment,
  { tools, dir, isBackground, signal }: CheckIn & Manner,
): Promise<void> {
  const format = init === undefined ? 'mpegts' : 'mov';
  // A fragment is nothing without its init segment: read as one file.
  const parts = [...(init === undefined ? [] : [init]), file].map((part) => `${rendition}/${part}`);
  const { problem } = await decode({
    ffmpeg: tools.ffmpeg,
    input: [
      ['-nostdin', '-protocol_whitelist', 'concat,file', '-format_whitelist', format],
      // Named, not guessed: a last second of sound is fewer packets than the guess needs (10).
      ['-f', format, '-i', `concat:${parts.join('|')}`],
    ].flat(),
    dir,
    timeoutMs: 120_000,
    isBackground,
    signal,
  });
  if (problem === undefined) return;
  throw new IngestError('encode', {
    what: `${rendition}/${file} cannot be decoded without errors`,
    why: problem,
    ...NOTHING_PUBLISHED,
  });
}

type DecodeRequest = Readonly<{
  ffmpeg: string;
  /** Working directory: names in the input are relative to it, whatever it is called. */
  dir: string;
  input: readonly string[];
  stdin?: Buffer;
  timeoutMs: number;
  isBackground?: boolean;
  signal: AbortSignal | undefined;
}>;

/** `problem` is undefined when the decoder ended well and had nothing to say. */
type Decoded = Readonly<{ pictures: number; problem: string | undefined }>;

async function decode(request: DecodeRequest): Promise<Decoded> {
  const { signal, timeoutMs, stdin, isBackground = false } = request;
  signal?.throwIfAborted();
  let pictures = 0;
  const args = [
    ['-hide_banner', '-loglevel', 'error', '-xerror', '-progress', 'pipe:1', '-nostats'],
    // Smoothing block edges finds no error and costs a sixth of the decoding (0.87 of 1.02 CPU s for
    // 6 s of 1080p).
    ['-skip_loop_filter', 'all'],
    request.input,
    ['-f', 'null', '-'],
  ].flat();
  const result = await run(request.ffmpeg, args, {
    signal,
    timeoutMs,
    isBackground,
    cwd: request.dir,
    ...(stdin === undefined ? {} : { input: stdin }),
    onStdoutLine: (line) => {
      if (line.startsWith('frame=')) pictures = Number(line.slice('frame='.length));
    },
  });
  signal?.throwIfAborted();
  if (result.outcome === 'exited' && result.exitCode === 0 && result.stderrLines === 0) {
    return { pictures, problem: undefined };
  }
  const said = cleanText(result.stderrTail[0] ?? 'nothing', { maxLength: 200 });
  const end = result.outcome === 'exited' ? `ended with code ${result.exitCode}` : result.outcome;
  return { pictures, problem: `The decoder ${end} and said: ${said}` };
}

const NOTHING_PUBLISHED = {
  fix: 'Nothing was published. Run the same command again; if it fails again, use --encoder libx264 (HEVC: libx265).',
};
