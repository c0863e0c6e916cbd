import type { KeyFrame, SegmentFacts } from '../../model/segment.ts';
import { AdtsCounter } from './adts-counter.ts';
import { type PesHeader, readPesHeader } from './pes-header.ts';
import { PictureHeadReader } from './picture-head.ts';
import { eachStream, findSection, readMapPid, STREAM_TYPE } from './program-tables.ts';
import { TimeSpan } from './time-span.ts';

export const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;
const MAX_PROBLEMS = 10;

/**
 * Reads an MPEG-TS segment once and tells what is in it and what is wrong with it: everything that
 * playlists, checks and resume need, without a child process (performance.md §4.2). Pure; takes any
 * bytes and never throws; time is linear in the size. At most 10 problems are told.
 *
 * `firstPts` and `lastPts` are the earliest and latest in presentation, whatever the order in the
 * file; for audio they are those of PES packets, which hold several frames each. A key frame's range
 * runs from its first packet to its last: the program tables in front of the first one are the Media
 * Initialization Section, which RFC 8216 §4.3.3.6 forbids in the range.
 *
 * The pictures themselves are not decoded: a flipped bit inside a slice is not seen here.
 */
export function scanSegment(bytes: Uint8Array): SegmentFacts {
  return new SegmentScanner(bytes).scan();
}

/** What the packets of a PID are to us. */
const ROLE = { unknown: 0, ignored: 1, association: 2, map: 3, video: 4, audio: 5 } as const;
const NULL_PID = 0x1fff;

class SegmentScanner {
  readonly #bytes: Uint8Array;
  readonly #problems: string[] = [];
  readonly #roles = new Uint8Array(8192);
  /** Last continuity counter by PID; −1 before its first packet, which may carry any. */
  readonly #counters = new Int8Array(8192).fill(-1);
  /** The payload in hand. One object for all packets: nothing is allocated per packet. */
  readonly #payload = { start: 0, end: 0 };
  readonly #pes: PesHeader = { pts: 0, dts: 0, payloadStart: 0 };

  #videoType: number | undefined;
  #hasAudio = false;
  readonly #times = new TimeSpan();
  #units = 0;

  readonly #head = new PictureHeadReader();
  readonly #keyFrames: KeyFrame[] = [];
  #sps: string | undefined;
  /** Of the key frame whose packets are being read, else −1. */
  #keyOffset = -1;
  #keyPts = 0;
  /** Behind the last packet of the video PID. */
  #pictureEnd = 0;

  readonly #adts = new AdtsCounter();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#roles.fill(ROLE.ignored, 1, 0x20); // reserved for tables such as SDT
    this.#roles[0] = ROLE.association;
    this.#roles[NULL_PID] = ROLE.ignored;
  }

  scan(): SegmentFacts {
    const bytes = this.#bytes.length;
    if (bytes === 0) this.#report('is empty');
    if (bytes % PACKET_BYTES !== 0) {
      this.#report(`is cut off: ${bytes} bytes are no whole number of packets`);
    }
    for (let at = 0; at + PACKET_BYTES <= bytes; at += PACKET_BYTES) this.#readPacket(at);
    this.#finish();
    const kind = this.#videoType !== undefined ? 'video' : this.#hasAudio ? 'audio' : 'unknown';
    return {
      bytes,
      isCutOff: bytes % PACKET_BYTES !== 0,
      kind,
      frames: kind === 'audio' ? this.#adts.frames : this.#units,
      ...this.#times.facts,
      keyFrames: this.#keyFrames,
      ...(this.#sps === undefined ? {} : { sps: this.#sps }),
      ...(kind !== 'audio' || this.#adts.format === undefined ? {} : { audio: this.#adts.format }),
      problems: this.#problems,
    };
  }

  #readPacket(at: number): void {
    const bytes = this.#bytes;
    const b1 = bytes[at + 1] ?? 0;
    const b3 = bytes[at + 3] ?? 0;
    const pid = ((b1 & 0x1f) << 8) | (bytes[at + 2] ?? 0);
    if (bytes[at] === SYNC_BYTE && pid === NULL_PID) return;
    const hasAdaptation = (b3 & 0x20) !== 0;
    const hasPayload = (b3 & 0x10) !== 0;
    const adaptationBytes = hasAdaptation ? (bytes[at + 4] ?? 0) : 0;
    const adaptation = adaptationBytes > 0 ? (bytes[at + 5] ?? 0) : 0;
    this.#payload.start = at + 4 + (hasAdaptation ? 1 + adaptationBytes : 0);
    this.#payload.end = at + PACKET_BYTES;
    const damage = this.#findDamage(at, b1, b3);
    if (damage !== undefined) this.#report(`has a packet at byte ${at} that ${damage}`);
    if (damage !== undefined || !hasPayload) return; // without payload: a clock only, not counted
    this.#checkCounter(pid, b3 & 0x0f, (adaptation & 0x80) !== 0, at);
    this.#readPayload(pid, at, (b1 & 0x40) !== 0, (adaptation & 0x40) !== 0);
  }

  #findDamage(at: number, b1: number, b3: number): string | undefined {
    if (this.#bytes[at] !== SYNC_BYTE) return 'does not begin with 0x47';
    if ((b1 & 0x80) !== 0) return 'is marked as damaged';
    if ((b3 & 0xc0) !== 0) return 'is encrypted';
    const payloadBytes = this.#payload.end - this.#payload.start;
    const hasPayload = (b3 & 0x10) !== 0;
    const isPossible = hasPayload ? payloadBytes > 0 : payloadBytes === 0 && (b3 & 0x20) !== 0;
    if (!isPossible) return 'has a damaged header';
    return undefined;
  }

  #checkCounter(pid: number, counter: number, isDiscontinuity: boolean, at: number): void {
    const last = this.#counters[pid] ?? -1;
    this.#counters[pid] = counter;
    if (last < 0 || isDiscontinuity || counter === ((last + 1) & 0x0f)) return;
    this.#report(`lost or gained packets before byte ${at} (continuity counter)`);
  }

  #readPayload(pid: number, at: number, isUnitStart: boolean, isRandomAccess: boolean): void {
    const role = this.#roles[pid];
    if (role === ROLE.video) this.#readVideo(at, isUnitStart, isRandomAccess);
    else if (role === ROLE.audio) this.#readAudio(isUnitStart);
    else if (role === ROLE.unknown) {
      this.#report(`has a packet at byte ${at} of a stream (${pid}) that no table names`);
    } else if (role !== ROLE.ignored) this.#readTable(isUnitStart, role === ROLE.map);
  }

  #readTable(isUnitStart: boolean, isMap: boolean): void {
    const section = isUnitStart
      ? findSection(this.#bytes, this.#payload, isMap ? 2 : 0)
      : 'has no beginning';
    if (typeof section === 'string') {
      this.#report(`has a program table at byte ${this.#payload.start} that ${section}`);
    } else if (isMap) {
      eachStream(this.#bytes, section, (type, pid) => this.#addStream(type, pid));
    } else {
      const mapPid = readMapPid(this.#bytes, section);
      if (mapPid !== undefined && this.#roles[mapPid] === ROLE.unknown) {
        this.#roles[mapPid] = ROLE.map;
      }
    }
  }

  /** One picture and one sound at most: a second of either would be none of ours. */
  #addStream(type: number, pid: number): void {
    if (this.#roles[pid] !== ROLE.unknown) return;
    const isVideo = type === STREAM_TYPE.h264 || type === STREAM_TYPE.hevc;
    if (isVideo && this.#videoType === undefined) {
      this.#roles[pid] = ROLE.video;
      this.#videoType = type;
    } else if (type === STREAM_TYPE.aac && !this.#hasAudio && this.#videoType === undefined) {
      this.#roles[pid] = ROLE.audio;
      this.#hasAudio = true;
    } else {
      this.#roles[pid] = ROLE.ignored;
    }
  }

  #readVideo(at: number, isUnitStart: boolean, isRandomAccess: boolean): void {
    let from = this.#payload.start;
    if (isUnitStart) {
      this.#closeKeyFrame();
      const isReadable = this.#beginUnit('picture');
      from = this.#pes.payloadStart;
      if (isRandomAccess && isReadable) {
        this.#keyOffset = at;
        this.#keyPts = this.#pes.pts;
        this.#head.reset();
      }
    } else if (this.#units === 0) {
      this.#report(`begins inside a picture (byte ${at})`);
      this.#units = 1; // the rest of a picture that began elsewhere: told once, counted as one
    }
    if (this.#keyOffset >= 0) this.#head.push(this.#bytes, from, this.#payload.end);
    this.#pictureEnd = at + PACKET_BYTES;
  }

  #readAudio(isUnitStart: boolean): void {
    let from = this.#payload.start;
    if (isUnitStart) {
      this.#checkFrameEnd();
      this.#beginUnit('audio packet');
      from = Math.min(this.#pes.payloadStart, this.#payload.end);
      this.#adts.resync();
    }
    if (!this.#adts.push(this.#bytes, from, this.#payload.end)) {
      this.#report(`has damaged audio at byte ${from}`);
    }
  }

  /** Reads the PES header in hand; false when it has no usable time stamp. */
  #beginUnit(what: string): boolean {
    this.#units += 1;
    const damage = readPesHeader(this.#bytes, this.#payload, this.#pes);
    if (damage !== undefined) {
      this.#report(`has a ${what} (${this.#units}) that ${damage}`);
      return false;
    }
    const disorder = this.#times.add(this.#pes.pts, this.#pes.dts);
    if (disorder !== undefined) this.#report(`has a ${what} (${this.#units}) that ${disorder}`);
    return true;
  }

  #closeKeyFrame(): void {
    if (this.#keyOffset < 0) return;
    const head = this.#head.read(this.#videoType ?? STREAM_TYPE.h264);
    const { length } = this.#keyFrames;
    this.#keyFrames.push({
      pts: this.#keyPts,
      offset: this.#keyOffset,
      bytes: this.#pictureEnd - this.#keyOffset,
      isIdr: head.isIdr,
    });
    this.#keyOffset = -1;
    if (this.#videoType !== STREAM_TYPE.h264) return;
    if (length === 0 && (head.sps === undefined || !head.hasPps)) {
      this.#report('begins without the parameter sets that a decoder needs');
    }
    if (this.#sps !== undefined && head.sps !== undefined && head.sps !== this.#sps) {
      this.#report(`changes its sequence parameter set at key frame ${length + 1}`);
    }
    this.#sps ??= head.sps;
  }

  #checkFrameEnd(): void {
    if (!this.#adts.isAtFrameEnd) this.#report(`has an audio frame (${this.#adts.frames}) cut off`);
  }

  #finish(): void {
    this.#closeKeyFrame();
    this.#checkFrameEnd();
    if (this.#bytes.length === 0) return;
    if (this.#videoType === undefined && !this.#hasAudio) {
      this.#report('names no H.264, HEVC or AAC stream in its program tables');
    } else if (this.#units === 0) {
      this.#report('has neither a picture nor sound');
    }
  }

  #report(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}
