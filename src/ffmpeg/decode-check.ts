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
  /** In order, without a gap; at least one. */
  segments: readonly CheckedFile[];
  /** fMP4: the init segment, as a file name in the same folder. */
  init?: string | undefined;
}>;

type CheckedFile = Readonly<{
  /** Its name below `<dir>/<rendition>/`. */
  file: string;
  /** How many the scan of its bytes counted; 0 for audio. */
  keyFrames: number;
}>;

/** `file` and `init` as in `DecodeCheckRendition`. */
export type DecodeCheckSegment = Readonly<{
  rendition: string;
  file: string;
  init?: string | undefined;
}>;

type CheckIn = Omit<DecodeCheckOptions, 'renditions'>;

/** Segments whose key frames are decoded by one process while the film is encoded: 96 s of it. */
const BATCH = 16;

/** Processes at once: on two cores as fast as one after another with all threads, and simpler to stop. */
const AT_ONCE = 2;

/** A check that goes along with an encode, so that little is left to do at its end. */
export type DecodeCheck = Readonly<{
  /** Begins to decode one segment in full, giving way to the encoder. What it finds is thrown later. */
  sample: (segment: DecodeCheckSegment) => void;
  /**
   * Decodes the key frames of some segments of a rendition, without a gap between them, at once. What it
   * finds is thrown later. They may be gone from the disk after.
   */
  keyFrames: (rendition: DecodeCheckRendition) => Promise<void>;
  hasFailed: () => boolean;
  /**
   * Begins to decode the key frames of a video segment, with those of others of its rendition, giving
   * way to the encoder: at the end of a long film few are left. What it finds is thrown later.
   */
  follow: (segment: DecodeCheckSegment & CheckedFile) => void;
  /** Throws what has been found so far. */
  throwIfFailed: () => void;
  /**
   * Decodes the rest of what viewers will decode: every key frame of each video rendition, and the
   * first, the middle and the last segment of each rendition in full, sound too, but for what was
   * begun before. Answers with the number of key frames, when all of it is done.
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
  const sampled = new Set<string>();
  const followed = new Set<string>();
  const waiting = new Map<string, (DecodeCheckSegment & CheckedFile)[]>();
  // After one failure the other decoders are in vain.
  const begin = (job: () => Promise<void>) => {
    jobs.push(limit(() => job().catch((error: unknown) => stop.abort(error))));
  };
  const beginGivingWay = (job: (manner: Manner) => Promise<void>) =>
    begin(() => givingWay({ until: encoderEnded.signal, signal: check.signal }, job));
  const sample = (segment: DecodeCheckSegment) => {
    if (sampled.has(nameOf(segment))) return;
    sampled.add(nameOf(segment));
    beginGivingWay((manner) => checkSegment(segment, { ...check, ...manner }));
  };
  const follow = (segment: DecodeCheckSegment & CheckedFile) => {
    const { rendition: name, init } = segment;
    const segments = [...(waiting.get(name) ?? []), segment];
    waiting.set(name, segments);
    if (segments.length < BATCH) return;
    waiting.delete(name);
    for (const one of segments) followed.add(nameOf(one));
    beginGivingWay((manner) => checkKeyFrames({ name, segments, init }, { ...check, ...manner }));
  };
  return {
    sample,
    keyFrames: (rendition) => {
      for (const { file } of rendition.segments) {
        followed.add(nameOf({ rendition: rendition.name, file }));
      }
      // Not in line behind samples, which give way to the encoder: the disk may wait for this.
      const over = checkKeyFrames(rendition, { ...check, isBackground: false }).catch(
        (error: unknown) => stop.abort(error),
      );
      jobs.push(over);
      return over;
    },
    hasFailed: () => stop.signal.aborted,
    follow,
    throwIfFailed: () => stop.signal.throwIfAborted(),
    finish: async (renditions) => {
      encoderEnded.abort(new Error('the encoder has ended'));
      for (const { name, segments, init } of renditions) {
        const isDone = ({ file }: CheckedFile) => followed.has(nameOf({ rendition: name, file }));
        for (const left of runsOf(segments, isDone)) {
          const rendition = { name, segments: left, init };
          begin(() => checkKeyFrames(rendition, { ...check, isBackground: false }));
        }
        const isSampled = ({ file }: CheckedFile) => sampled.has(nameOf({ rendition: name, file }));
        for (const { file } of samplesOf(segments, isSampled)) {
          sample({ rendition: name, file, init });
        }
      }
      await Promise.all(jobs);
      stop.signal.throwIfAborted(); // by now no decoder is left running
      return {
        keyFrames: renditions.reduce((sum, { segments }) => sum + keyFramesOf(segments), 0),
      };
    },
    close: async () => {
      stop.abort(new Error('the check was closed'));
      await Promise.all(jobs);
    },
  };
}

function nameOf({ rendition, file }: Pick<DecodeCheckSegment, 'rendition' | 'file'>): string {
  return `${rendition}/${file}`;
}

function keyFramesOf(segments: readonly CheckedFile[]): number {
  return segments.reduce((sum, { keyFrames }) => sum + keyFrames, 0);
}

/** The whole check of what is there, at once. */
export function decodeCheck(options: DecodeCheckOptions): Promise<{ keyFrames: number }> {
  return openDecodeCheck(options).finish(options.renditions);
}

/** First, middle and last; the middle as it was guessed while the film was encoded, if it was. */
function samplesOf(
  segments: readonly CheckedFile[],
  isSampled: (segment: CheckedFile) => boolean,
): readonly CheckedFile[] {
  const middle = segments.slice(1, -1).some(isSampled) ? [] : [Math.floor(segments.length / 2)];
  const picks = [0, ...middle, segments.length - 1];
  return [...new Set(picks.flatMap((index) => segments[index] ?? []))];
}

/** What is left, in pieces without a gap: over one, the packets of MPEG-TS do not follow on each other. */
function runsOf(
  segments: readonly CheckedFile[],
  isDone: (segment: CheckedFile) => boolean,
): readonly (readonly CheckedFile[])[] {
  const runs: CheckedFile[][] = [[]];
  for (const segment of segments) {
    if (isDone(segment)) runs.push([]);
    else runs.at(-1)?.push(segment);
  }
  return runs.filter((run) => run.length > 0);
}

async function checkKeyFrames(
  rendition: DecodeCheckRendition,
  options: CheckIn & Manner,
): Promise<void> {
  const { name, segments } = rendition;
  const keyFrames = keyFramesOf(segments);
  if (keyFrames === 0) return;
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
  options: CheckIn & Manner,
): Promise<string | undefined> {
  const fails = async (files: readonly CheckedFile[]) =>
    (await decodeKeyFrames(rendition, files, options)).problem !== undefined;
  let suspects = rendition.segments;
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    suspects = (await fails(half)) ? half : suspects.slice(half.length);
  }
  return (await fails(suspects)) ? suspects[0]?.file : undefined;
}

/** One process for all of them. */
async function decodeKeyFrames(
  { name, init }: DecodeCheckRendition,
  segments: readonly CheckedFile[],
  { tools, dir, isBackground, signal }: CheckIn & Manner,
): Promise<Decoded> {
  const files = segments.map(({ file }) => file);
  const { args, stdin } = segmentsInput({ rendition: name, files, init });
  return decode({
    ffmpeg: tools.ffmpeg,
    input: ['-skip_frame', 'nokey', ...args],
    dir,
    stdin,
    timeoutMs: HANGS_MS + 3_000 * files.length,
    isBackground,
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
    timeoutMs: HANGS_MS,
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

/** Against a decoder that hangs, not one that is slow: a segment is seconds of work. */
const HANGS_MS = 300_000;

type DecodeRequest = Readonly<{
  ffmpeg: string;
  /** Working directory: names in the input are relative to it, whatever it is called. */
  dir: string;
  input: readonly string[];
  stdin?: Buffer;
  timeoutMs: number;
  isBackground: boolean;
  signal: AbortSignal | undefined;
}>;

/** `problem` is undefined when the decoder ended well and had nothing to say. */
type Decoded = Readonly<{ pictures: number; problem: string | undefined }>;

async function decode(request: DecodeRequest): Promise<Decoded> {
  const { signal, timeoutMs, stdin, isBackground } = request;
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
    // In the background it may get no turn for as long as the encoder works, which is watched itself.
    ...(isBackground ? {} : { timeoutMs }),
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
