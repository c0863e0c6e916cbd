import type { CountedFile } from './check-key-frames.ts';
import type { SegmentFile } from './check-whole-segments.ts';

export type CountedSegment = SegmentFile & CountedFile;

export type RenditionCheckOptions = Readonly<{
  /** About how many there will be. */
  expectedSegments: number;
  /** Its pictures or its sound are the film's own, which somebody else has decoded. */
  isCopied: boolean;
  /** A disk waits for what is taken to be decoded. */
  isAwaited: boolean;
  /** Decodes segments that follow on each other; answers whether that went well. */
  decode: Decode;
}>;

export type Decode = (
  segments: readonly CountedSegment[],
  what: 'everything' | 'key frames',
) => Promise<boolean>;

/** Segments that one process decodes. */
type Batch = Readonly<{
  segments: CountedSegment[];
  isSound: Promise<boolean>;
  settle: (isSound: boolean) => void;
}>;

/** Segments whose key frames one process decodes: 96 s of film; where a disk waits, 30 s. */
const BATCH = { large: 16, small: 5 };

/**
 * Segments of a rendition that is short: the first, the middle and the last are all of it, but for one
 * that sound may have more than the picture. It is decoded whole at the end by one process, which takes
 * less than starting four (11 in all for a film of 14 s).
 */
const SHORT = 4;

/** Decides what of one rendition is decoded, when, and with what else. */
export class RenditionCheck {
  readonly #options: RenditionCheckOptions;
  readonly #isShort: boolean;
  /** By file, whether it is sound. */
  readonly #taken = new Map<string, Promise<boolean>>();
  /** Files that are decoded in full. */
  readonly #whole = new Set<string>();
  #filling = newBatch();

  constructor(options: RenditionCheckOptions) {
    this.#options = options;
    this.#isShort = options.expectedSegments <= SHORT;
  }

  /** Takes the next one; again answers the same. */
  take(segment: CountedSegment): Promise<boolean> {
    const known = this.#taken.get(segment.file);
    if (known !== undefined) return known;
    const index = this.#taken.size;
    const { isCopied, expectedSegments } = this.#options;
    const isSample = index === 0 || (!isCopied && index === Math.floor(expectedSegments / 2));
    // In a batch too, so that it has no gaps: a decoder takes one in the packets' counters for damage.
    const inBatch = this.#takeInBatch(segment);
    const isSound =
      this.#isShort || !isSample ? inBatch : both(inBatch, this.#decodeWhole(segment));
    this.#taken.set(segment.file, isSound);
    return isSound;
  }

  /** Takes what is left, and begins to decode what has not been yet. */
  finish(segments: readonly CountedSegment[]): void {
    for (const segment of segments) void this.take(segment);
    if (this.#filling.segments.length > 0) this.#decodeBatch();
    if (this.#isShort || this.#options.isCopied) return;
    const isWhole = ({ file }: CountedSegment) => this.#whole.has(file);
    // Where a disk waits, one in the middle may be gone.
    const hasMiddle = this.#options.isAwaited || segments.slice(1, -1).some(isWhole);
    const last = segments.length - 1;
    for (const [index, segment] of segments.entries()) {
      const isWanted = index === last || (!hasMiddle && index === segments.length >> 1);
      if (isWanted && !isWhole(segment)) void this.#decodeWhole(segment);
    }
  }

  /** For whoever waits for what will not be decoded any more. */
  giveUp(): void {
    this.#filling.settle(false);
  }

  #takeInBatch(segment: CountedSegment): Promise<boolean> {
    const { segments, isSound } = this.#filling;
    const size = this.#options.isAwaited ? BATCH.small : BATCH.large;
    if (segments.push(segment) === size) this.#decodeBatch();
    return isSound;
  }

  #decodeBatch(): void {
    const { segments, settle } = this.#filling;
    this.#filling = newBatch();
    const what = this.#isShort ? 'everything' : 'key frames';
    void this.#options.decode(segments, what).then(settle);
  }

  #decodeWhole(segment: CountedSegment): Promise<boolean> {
    this.#whole.add(segment.file);
    return this.#options.decode([segment], 'everything');
  }
}

async function both(one: Promise<boolean>, other: Promise<boolean>): Promise<boolean> {
  return (await one) && other;
}

function newBatch(): Batch {
  let settle = (_isSound: boolean) => {};
  const isSound = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  return { segments: [], isSound, settle };
}
