import pLimit from 'p-limit';
import { givingWay, type Manner } from '../../lib/giving-way.ts';
import type { Tools } from '../../model/toolchain.ts';
import { checkKeyFrames, type SegmentRun } from './check-key-frames.ts';
import { checkWholeSegments } from './check-whole-segments.ts';
import { type CountedSegment, type Decode, RenditionCheck } from './rendition-check.ts';

export type DecodeCheckOptions = Readonly<{
  tools: Tools;
  /** Holds a folder for each rendition. Absolute. */
  dir: string;
  /** About how many segments each rendition will have. */
  expectedSegments: number;
  /**
   * Renditions that are the film's own stream. Whoever decodes the film itself has told what is broken
   * in it, so that of these, key frames aside, the first segment alone shows that it was cut rightly.
   */
  copied?: readonly string[];
  /**
   * A disk waits for what is taken to be decoded: in small batches and at once. Otherwise in large
   * ones, which give way to the encoder.
   */
  isAwaited?: boolean;
  signal?: AbortSignal | undefined;
}>;

/** A check that goes along with an encode, so that little is left to do at its end. */
export type DecodeCheck = Readonly<{
  /**
   * Takes the next segment of a rendition, none left out, and decodes its key frames (sound has none)
   * with those of its neighbours; of the first and the middle one everything. Answers whether that went
   * well, once it is done; what it finds is thrown later. A segment is taken once: again answers the
   * same.
   */
  take: (segment: CountedSegment) => Promise<boolean>;
  /** Throws what has been found so far. */
  throwIfFailed: () => void;
  /**
   * Takes what is left, and decodes it and what is last of each rendition. Answers with the number
   * of key frames when all is done: each of them was decoded, and of each rendition that was encoded,
   * sound too, the first, the middle and the last segment in full; a short one whole.
   */
  finish: (renditions: readonly SegmentRun[]) => Promise<{ keyFrames: number }>;
  /** Ends what is left, for whoever has given up. Answers when no decoder runs any more. */
  close: () => Promise<void>;
}>;

/** Processes at once: on two cores as fast as one after another with all threads, and simpler to stop. */
const AT_ONCE = 2;

/**
 * Opens a check of what is in `dir`. What the decoders find is an `encode` error, with rendition and
 * segment named. It finds what no scan of packets can: damaged picture data. About 2 % of the encode
 * (performance.md §4.1).
 */
export function openDecodeCheck(options: DecodeCheckOptions): DecodeCheck {
  const { tools, dir, expectedSegments, copied = [], isAwaited = false } = options;
  const stop = new AbortController();
  const encoderEnded = new AbortController();
  const signals = [stop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const until = isAwaited ? AbortSignal.abort() : encoderEnded.signal;
  const limit = pLimit(AT_ONCE);
  const jobs: Promise<boolean>[] = [];
  const renditions = new Map<string, RenditionCheck>();

  const decodeIn = (name: string, init: string | undefined): Decode => {
    return (segments, what) => {
      const check = what === 'everything' ? checkWholeSegments : checkKeyFrames;
      const run = { name, segments, init };
      const work = (manner: Manner) => check(run, { tools, dir, ...manner });
      // After one failure the other decoders are in vain.
      const over = limit(() => givingWay({ until, signal }, work).catch((e) => stop.abort(e)));
      const isSound = over.then(() => !stop.signal.aborted);
      jobs.push(isSound);
      return isSound;
    };
  };
  const checkOf = (name: string, init: string | undefined) => {
    const known = renditions.get(name);
    if (known !== undefined) return known;
    const isCopied = copied.includes(name);
    const decode = decodeIn(name, init);
    const check = new RenditionCheck({ expectedSegments, isCopied, isAwaited, decode });
    renditions.set(name, check);
    return check;
  };
  return {
    take: (segment) => checkOf(segment.rendition, segment.init).take(segment),
    throwIfFailed: () => stop.signal.throwIfAborted(),
    finish: async (runs) => {
      encoderEnded.abort(new Error('the encoder has ended'));
      for (const { name: rendition, segments, init } of runs) {
        checkOf(rendition, init).finish(segments.map((one) => ({ rendition, init, ...one })));
      }
      await Promise.all(jobs);
      stop.signal.throwIfAborted(); // by now no decoder is left running
      const counts = runs.flatMap(({ segments }) => segments.map((one) => one.keyFrames));
      return { keyFrames: counts.reduce((sum, count) => sum + count, 0) };
    },
    close: async () => {
      stop.abort(new Error('the check was closed'));
      for (const check of renditions.values()) check.giveUp();
      await Promise.all(jobs);
    },
  };
}
