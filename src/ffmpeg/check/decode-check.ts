import pLimit, { type LimitFunction } from 'p-limit';
import { givingWay, type Manner } from '../../lib/giving-way.ts';
import type { Tools } from '../../model/toolchain.ts';
import {
  type CountedFile,
  checkKeyFrames,
  type DecodeIn,
  type SegmentRun,
} from './check-key-frames.ts';
import { checkWholeSegments, type SegmentFile } from './check-whole-segments.ts';

export type DecodeCheckOptions = Readonly<{
  tools: Tools;
  /** Holds a folder for each rendition. Absolute. */
  dir: string;
  /**
   * A disk waits for what is followed to be decoded: in small batches and at once. Otherwise in large
   * ones, which give way to the encoder.
   */
  isAwaited?: boolean;
  signal?: AbortSignal | undefined;
}>;

/** A check that goes along with an encode, so that little is left to do at its end. */
export type DecodeCheck = Readonly<{
  /**
   * Takes a segment that is to be decoded in full: as soon as its rendition has become long, giving way
   * to the encoder. What it finds is thrown later.
   */
  sample: (segment: CountedSegment) => void;
  /**
   * Takes the next segment of a rendition, none left out, and decodes its key frames (sound has none)
   * with those of its neighbours. Answers whether that went well, once it is done; what it finds is
   * thrown later. A segment is taken once: again answers the same.
   */
  follow: (segment: CountedSegment) => Promise<boolean>;
  /** Throws what has been found so far. */
  throwIfFailed: () => void;
  /**
   * Decodes the rest of what viewers will decode: every key frame of each video rendition, and the
   * first, the middle and the last segment of each rendition in full, sound too, but for what was
   * begun before; a short one whole. Answers with the number of key frames, when all of it is done.
   */
  finish: (renditions: readonly SegmentRun[]) => Promise<{ keyFrames: number }>;
  /** Ends what is left, for whoever has given up. Answers when no decoder runs any more. */
  close: () => Promise<void>;
}>;

/** Segments whose key frames one process decodes: 96 s of film; where a disk waits, 30 s. */
const BATCH = { large: 16, small: 5 };

/**
 * Segments of a rendition that is short: the first, the middle and the last are all of it, but for one
 * that sound may have more than the picture. It is decoded whole at the end by one process, which takes
 * less than starting four (11 in all for a film of 14 s).
 */
const SHORT = 4;

/** Processes at once: on two cores as fast as one after another with all threads, and simpler to stop. */
const AT_ONCE = 2;

/** `limit` many at once; in the background until `until` fires. */
type Line = Readonly<{ limit: LimitFunction; until: AbortSignal }>;

type CountedSegment = SegmentFile & CountedFile;

type Batch = Readonly<{
  segments: CountedSegment[];
  /** Whether it could be decoded. */
  isSound: Promise<boolean>;
  settle: (isSound: boolean) => void;
}>;

/**
 * Opens a check of what is in `dir`. What the decoders find is an `encode` error, with rendition and
 * segment named. It finds what no scan of packets can: damaged picture data. About 2 % of the encode
 * (performance.md §4.1).
 */
export function openDecodeCheck(options: DecodeCheckOptions): DecodeCheck {
  const { tools, dir, isAwaited = false } = options;
  const stop = new AbortController();
  const encoderEnded = new AbortController();
  const signals = [stop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const whole: Line = { limit: pLimit(AT_ONCE), until: encoderEnded.signal };
  // Not in line behind samples, which give way to the encoder.
  const inRuns = isAwaited ? { limit: pLimit(AT_ONCE), until: AbortSignal.abort() } : whole;
  const batchSize = isAwaited ? BATCH.small : BATCH.large;
  const jobs: Promise<void>[] = [];
  const sampled = new Set<string>();
  const followed = new Map<string, Promise<boolean>>();
  const filling = new Map<string, Batch>();

  // After one failure the other decoders are in vain.
  const begin = ({ limit, until }: Line, job: (where: DecodeIn) => Promise<void>) => {
    const work = (manner: Manner) => job({ tools, dir, ...manner });
    const over = limit(() => givingWay({ until, signal }, work).catch((e) => stop.abort(e)));
    jobs.push(over);
    return over;
  };
  const samples = holdingBack((segment) => {
    if (sampled.has(nameOf(segment))) return;
    sampled.add(nameOf(segment));
    const run = runOf(segment.rendition, [segment]);
    void begin(whole, (where) => checkWholeSegments(run, where));
  });
  const decode = (name: string, { segments, settle }: Batch) => {
    filling.delete(name);
    const run = runOf(name, segments);
    const check = samples.isShort(name) ? checkWholeSegments : checkKeyFrames;
    const over = begin(inRuns, (where) => check(run, where));
    void over.then(() => settle(!stop.signal.aborted));
  };
  const follow = (segment: CountedSegment) => {
    const known = followed.get(nameOf(segment));
    if (known !== undefined) return known;
    const batch = filling.get(segment.rendition) ?? emptyBatch();
    filling.set(segment.rendition, batch);
    followed.set(nameOf(segment), batch.isSound);
    if (batch.segments.push(segment) === batchSize) decode(segment.rendition, batch);
    samples.grown(segment.rendition);
    return batch.isSound;
  };
  return {
    sample: samples.add,
    follow,
    throwIfFailed: () => stop.signal.throwIfAborted(),
    finish: async (renditions) => {
      encoderEnded.abort(new Error('the encoder has ended'));
      for (const { name: rendition, segments, init } of renditions) {
        for (const counted of segments) void follow({ rendition, init, ...counted });
        const left = filling.get(rendition);
        if (left !== undefined) decode(rendition, left);
        if (samples.isShort(rendition)) continue;
        const isSampled = ({ file }: CountedFile) => sampled.has(nameOf({ rendition, file }));
        for (const one of samplesOf(segments, isSampled)) samples.add({ rendition, init, ...one });
      }
      await Promise.all(jobs);
      stop.signal.throwIfAborted(); // by now no decoder is left running
      const counts = renditions.flatMap(({ segments }) => segments.map((one) => one.keyFrames));
      return { keyFrames: counts.reduce((sum, count) => sum + count, 0) };
    },
    close: async () => {
      stop.abort(new Error('the check was closed'));
      for (const { settle } of filling.values()) settle(false);
      await Promise.all(jobs);
    },
  };
}

/** Takes segments to be sampled, and gives on those of renditions that have become long. */
function holdingBack(sample: (segment: CountedSegment) => void) {
  const lengths = new Map<string, number>();
  const held: CountedSegment[] = [];
  const isShort = (rendition: string) => (lengths.get(rendition) ?? 0) <= SHORT;
  const add = (segment: CountedSegment) => {
    if (isShort(segment.rendition)) held.push(segment);
    else sample(segment);
  };
  const grown = (rendition: string) => {
    lengths.set(rendition, (lengths.get(rendition) ?? 0) + 1);
    if (!isShort(rendition)) for (const segment of held.splice(0)) add(segment);
  };
  return { isShort, add, grown };
}

function runOf(name: string, segments: readonly CountedSegment[]): SegmentRun {
  return { name, segments, init: segments[0]?.init };
}

function emptyBatch(): Batch {
  let settle = (_isSound: boolean) => {};
  const isSound = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  return { segments: [], isSound, settle };
}

function nameOf({ rendition, file }: Pick<SegmentFile, 'rendition' | 'file'>): string {
  return `${rendition}/${file}`;
}

/** First, middle and last; the middle as it was guessed while the film was encoded, if it was. */
function samplesOf(
  segments: readonly CountedFile[],
  isSampled: (segment: CountedFile) => boolean,
): readonly CountedFile[] {
  const middle = segments.slice(1, -1).some(isSampled) ? [] : [Math.floor(segments.length / 2)];
  const picks = [0, ...middle, segments.length - 1];
  return [...new Set(picks.flatMap((index) => segments[index] ?? []))];
}
