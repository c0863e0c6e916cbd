import type { KeyFrame, SegmentFacts } from '../../model/segment.ts';
import { TICKS_PER_SECOND, wrapTicks } from '../ticks.ts';
import { type Box, listBoxes, readU16, readU32 } from './boxes.ts';
import { readFragment, type Sample } from './read-fragment.ts';
import { type InitFacts, readInit } from './read-init.ts';
import { readPicture } from './read-picture.ts';

const MAX_PROBLEMS = 10;

/** Boxes that may stand beside fragments and tell nothing that is needed here. */
const BESIDE = new Set(['styp', 'sidx', 'emsg', 'prft', 'free', 'skip']);

/**
 * Reads a segment of fragmented MP4 once, with the init segment of its rendition, and tells what is in
 * it and what is wrong with it, in the same words as the scan of MPEG-TS. Pure; takes any bytes and
 * never throws; time is linear in the size. At most 10 problems are told.
 *
 * Boxes fill the file, samples fill the `mdat` behind their `moof`, units fill each picture, and each
 * fragment begins where the one before it ends. Times are turned into ticks of 90 kHz, to the nearest:
 * at 24 fps ffmpeg counts in 1/12288 s. The pictures themselves are not decoded.
 */
export function scanSegment(bytes: Uint8Array, init: Uint8Array): SegmentFacts {
  const track = readInit(init);
  if (typeof track === 'string') return unreadable(bytes, `has an init segment that ${track}`);
  return new FragmentScanner(bytes, track).scan();
}

function unreadable(bytes: Uint8Array, problem: string): SegmentFacts {
  const problems = bytes.length === 0 ? ['is empty'] : [problem];
  const isCutOff = !listBoxes(bytes, { from: 0, end: bytes.length }).isWhole;
  return { bytes: bytes.length, isCutOff, kind: 'unknown', frames: 0, keyFrames: [], problems };
}

class FragmentScanner {
  readonly #bytes: Uint8Array;
  readonly #track: InitFacts;
  readonly #problems: string[] = [];
  readonly #keyFrames: KeyFrame[] = [];
  #frames = 0;
  #minPts = Number.POSITIVE_INFINITY;
  #maxPts = Number.NEGATIVE_INFINITY;
  #firstDts: number | undefined;
  #lastDts = 0;
  /** Where the next fragment must begin. */
  #endDts: number | undefined;

  constructor(bytes: Uint8Array, track: InitFacts) {
    this.#bytes = bytes;
    this.#track = track;
  }

  scan(): SegmentFacts {
    const { kind, sps, audio, problems } = this.#track;
    const bytes = this.#bytes.length;
    for (const problem of problems) this.#report(`has an init segment that ${problem}`);
    if (kind === 'video' && sps === undefined) {
      this.#report('has an init segment without the parameter sets that a decoder needs');
    }
    const { boxes, isWhole } = listBoxes(this.#bytes, { from: 0, end: bytes });
    if (bytes === 0) this.#report('is empty');
    else if (!isWhole) this.#report(`is cut off: ${bytes} bytes end inside a box`);
    this.#readBoxes(boxes);
    if (bytes > 0 && this.#frames === 0) this.#report('has neither a picture nor sound');
    return {
      bytes,
      isCutOff: !isWhole,
      kind: bytes === 0 ? 'unknown' : kind,
      frames: this.#frames,
      ...this.#times(),
      keyFrames: this.#keyFrames,
      ...(sps === undefined ? {} : { sps }),
      ...(audio === undefined ? {} : { audio }),
      problems: this.#problems,
    };
  }

  #readBoxes(boxes: readonly Box[]): void {
    for (const [index, box] of boxes.entries()) {
      const next = boxes[index + 1];
      if (box.type === 'moof') this.#readFragment(box, next);
      else if (box.type === 'sidx') this.#checkIndex(box, boxes.slice(index + 1));
      else if (box.type === 'mdat') {
        if (boxes[index - 1]?.type !== 'moof') this.#report('has data that no fragment tells of');
      } else if (!BESIDE.has(box.type)) {
        this.#report(
          `has a box at byte ${box.start} (${JSON.stringify(box.type)}) that is none of ours`,
        );
      }
    }
  }

  #readFragment(moof: Box, mdat: Box | undefined): void {
    const fragment = readFragment(this.#bytes, moof, this.#track);
    for (const problem of fragment.problems) {
      this.#report(`has a fragment at byte ${moof.start} that ${problem}`);
    }
    const [first] = fragment.samples;
    if (first === undefined) return;
    if (mdat?.type !== 'mdat') {
      this.#report(`has a fragment at byte ${moof.start} without its data`);
      return;
    }
    if (!this.#fills(mdat, fragment.samples)) return;
    if (this.#endDts !== undefined && first.dts !== this.#endDts) {
      this.#report(
        `has a fragment at byte ${moof.start} that begins elsewhere than the one before it ends`,
      );
    }
    for (const sample of fragment.samples)
      this.#addSample(sample, sample === first ? moof : undefined);
    this.#endDts = fragment.endDts;
  }

  /** The samples lie one behind the other from the first byte of the data to its last. */
  #fills(mdat: Box, samples: readonly Sample[]): boolean {
    let at = mdat.from;
    for (const { offset, bytes } of samples) {
      if (offset !== at || bytes === 0) break;
      at += bytes;
    }
    if (at === mdat.end) return true;
    this.#report(`has samples that do not fill their data at byte ${mdat.start}`);
    return false;
  }

  #addSample(sample: Sample, moof: Box | undefined): void {
    const { dts } = sample;
    const pts = sample.pts - this.#track.mediaTime;
    this.#frames += 1;
    this.#minPts = Math.min(this.#minPts, pts);
    this.#maxPts = Math.max(this.#maxPts, pts);
    if (this.#firstDts !== undefined && dts <= this.#lastDts) {
      this.#report(
        `has a sample (${this.#frames}) that is not later in decoding time than the one before it`,
      );
    }
    this.#firstDts ??= dts;
    this.#lastDts = dts;
    if (this.#track.kind === 'video') this.#readPicture({ ...sample, pts }, moof);
  }

  #readPicture(sample: Sample, moof: Box | undefined): void {
    const { isWhole, isIdr } = readPicture(this.#bytes, sample, this.#track);
    if (!isWhole) this.#report(`has a picture (${this.#frames}) that is damaged`);
    if (!sample.isSync) return;
    const end = sample.offset + sample.bytes;
    this.#keyFrames.push({
      pts: this.#ticks(sample.pts),
      offset: moof?.start ?? sample.offset,
      // The header of the fragment with its first picture; of the others no player could make anything.
      bytes: moof === undefined ? 0 : end - moof.start,
      isIdr,
    });
  }

  /** An index that points elsewhere sends players that believe it to the wrong byte. */
  #checkIndex(sidx: Box, behind: readonly Box[]): void {
    const bytes = this.#bytes;
    const isLong = bytes[sidx.from] === 1;
    const count = readU16(bytes, sidx.from + (isLong ? 30 : 22));
    const list = sidx.from + (isLong ? 32 : 24);
    let covered = 0;
    for (let at = list; at + 12 <= sidx.end && at < list + 12 * count; at += 12) {
      covered += readU32(bytes, at) & 0x7fffffff;
    }
    const next = behind.findIndex(({ type }) => type === 'sidx');
    const end = behind[next < 0 ? behind.length - 1 : next - 1]?.end ?? sidx.end;
    if (covered !== end - sidx.end) this.#report('has an index that does not fit what is there');
  }

  #times(): Partial<SegmentFacts> {
    if (this.#firstDts === undefined || this.#endDts === undefined) return {};
    return {
      firstPts: this.#ticks(this.#minPts),
      lastPts: this.#ticks(this.#maxPts),
      firstDts: this.#ticks(this.#firstDts),
      lastDts: this.#ticks(this.#lastDts),
      endDts: this.#ticks(this.#endDts),
    };
  }

  #ticks(time: number): number {
    return wrapTicks(Math.round((time * TICKS_PER_SECOND) / this.#track.timescale));
  }

  #report(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}
