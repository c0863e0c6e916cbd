import { formatRunningTime } from '../../lib/format-running-time.ts';
import { TICKS_PER_SECOND } from '../../lib/ticks.ts';
import type { CodedPicture, PictureGroup } from '../../model/coded-stream.ts';
import { type Rational, toNumber } from '../../model/rational.ts';
import type { CodedPacket } from './read-coded-packets.ts';

export type PictureClock = Readonly<{
  frameRate: Rational;
  timeBase: Rational;
  /** `Source.clockStartUs`. */
  clockStartUs: number;
}>;

/** Ticks that a step from picture to picture may be off (performance.md §2.4, 2, and §5.3). */
const STEP_SLACK_TICKS = 1;

/**
 * Reads a picture's packets, one after the other, for whether they could be published as they are
 * (performance.md §2.4, 1 and 2): groups of pictures that stand by themselves, at a constant rate, with
 * nothing hidden, missing or doubled. Keeps the pictures of one group only, however long the film is.
 */
export class PictureGroupReader {
  readonly #clock: PictureClock;
  readonly #groups: PictureGroup[] = [];
  /** Of the group that is being read, in file order. */
  #pts: number[] = [];
  #bytes = 0;
  #lastDts = Number.NEGATIVE_INFINITY;
  /** Of all groups that are complete. */
  #lastPts = Number.NEGATIVE_INFINITY;
  #flaw: string | undefined;

  constructor(clock: PictureClock) {
    this.#clock = clock;
  }

  /** False when a flaw was found, and no more packets need to come. */
  push(packet: CodedPacket): boolean {
    this.#flaw ??= this.#take(packet);
    return this.#flaw === undefined;
  }

  finish(): CodedPicture {
    this.#flaw ??= this.#pts.length === 0 ? 'it has no packets' : this.#closeGroup();
    const flaw = this.#flaw === undefined ? {} : { flaw: this.#flaw };
    return { ...flaw, groups: this.#groups };
  }

  #take({ pts, dts, bytes, isKey, isHidden, isDamaged }: CodedPacket): string | undefined {
    if (isHidden) return 'an edit list hides some of its pictures';
    if (isDamaged) return 'it has damaged packets';
    if (pts === undefined) return 'some of its pictures have no time stamp';
    const disorder = this.#checkDecoding(pts, dts);
    if (disorder !== undefined) return disorder;
    if (isKey && this.#pts.length > 0) {
      const flaw = this.#closeGroup();
      if (flaw !== undefined) return flaw;
    }
    if (!isKey && this.#pts.length === 0) return 'it does not begin with a key frame';
    if (pts < (this.#pts[0] ?? pts)) {
      return `pictures after a key frame are shown before it at ${this.#timeOf(pts)} (open GOP)`;
    }
    this.#pts.push(pts);
    this.#bytes += bytes;
    return undefined;
  }

  /** Matroska has no decoding times; ffmpeg knows them all but those of the first few pictures. */
  #checkDecoding(pts: number, dts: number | undefined): string | undefined {
    if (dts === undefined) return undefined;
    if (dts <= this.#lastDts) return `its decoding times go back at ${this.#timeOf(pts)}`;
    if (pts < dts) return `a picture is shown before it is decoded at ${this.#timeOf(pts)}`;
    this.#lastDts = dts;
    return undefined;
  }

  /** The group in hand is complete: its pictures follow one another, and the group before. */
  #closeGroup(): string | undefined {
    const shown = this.#pts.toSorted((a, b) => a - b);
    let before = this.#lastPts;
    for (const pts of shown) {
      const flaw = this.#stepFlaw(before, pts);
      if (flaw !== undefined) return flaw;
      before = pts;
    }
    this.#groups.push({
      keyFrame: this.#ticksOf(shown[0] ?? 0),
      lastPicture: this.#ticksOf(before),
      frames: shown.length,
      bytes: this.#bytes,
    });
    this.#lastPts = before;
    this.#pts = [];
    this.#bytes = 0;
    return undefined;
  }

  #stepFlaw(before: number, pts: number): string | undefined {
    if (!Number.isFinite(before)) return undefined;
    if (pts === before) return `two pictures have the same time, ${this.#timeOf(pts)}`;
    const { timeBase, frameRate } = this.#clock;
    const ticks = (pts - before) * toNumber(timeBase) * TICKS_PER_SECOND;
    const due = TICKS_PER_SECOND / toNumber(frameRate);
    if (Math.abs(ticks - due) <= STEP_SLACK_TICKS + 1e-6) return undefined;
    const ms = (value: number) => `${Number(((value * 1000) / TICKS_PER_SECOND).toFixed(2))} ms`;
    return `its pictures do not come at a constant rate: ${ms(ticks)} instead of ${ms(due)} at ${this.#timeOf(pts)}`;
  }

  /** As ffmpeg rounds it: first to the track's clock, then to ticks. */
  #ticksOf(pts: number): number {
    const { timeBase, clockStartUs } = this.#clock;
    const start = Math.round(clockStartUs / 1e6 / toNumber(timeBase));
    return Math.round(((pts - start) * timeBase.num * TICKS_PER_SECOND) / timeBase.den);
  }

  #timeOf(pts: number): string {
    return formatRunningTime((this.#ticksOf(pts) * 1000) / TICKS_PER_SECOND);
  }
}
