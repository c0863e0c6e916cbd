import type { TimeRange } from '../../lib/time-ranges.ts';

/** What the packets of one track say about its time line, from the film's start. */
export type TrackSurvey = Readonly<{
  packets: number;
  startMs: number;
  /** End of the last packet that is shown. */
  endMs: number;
  /** Where nothing is for longer than `SHORTEST_GAP_MS`, in order. */
  gaps: readonly TimeRange[];
  /** Length of what comes at times that are taken: of a film that lies behind the film. */
  overlapMs?: number;
}>;

/** Below this it is a frame or two that a camera dropped. */
export const SHORTEST_GAP_MS = 250;

/** Time stamps that fall back further than any reordering of pictures: two recordings were joined. */
const FALL_BACK_MS = 2_000;

type Track = {
  msPerTick: number;
  packets: number;
  startMs: number;
  endMs: number;
  /** Where the next packet is expected; falls back where recordings were joined. */
  reachedMs: number;
  gaps: TimeRange[];
  /** Times of the packets that came at times that were taken. */
  overlap: TimeRange | undefined;
};

/** Reads what ffmpeg's `framecrc` muxer prints of copied packets: `0, dts, pts, duration, size, crc`. */
export class PacketSurvey {
  readonly #tracks = new Map<number, Track>();

  line(line: string): void {
    const timeBase = /^#tb (\d+): (\d+)\/(\d+)$/.exec(line);
    if (timeBase !== null) {
      const [track = 0, num = 0, den = 1] = timeBase.slice(1).map(Number);
      if (num > 0 && den > 0) this.#track(track).msPerTick = (1000 * num) / den;
      return;
    }
    const packet = /^(\d+),\s*(-?\d+),\s*(-?\d+),\s*(-?\d+),/.exec(line);
    if (packet === null) return;
    const [track = 0, dts = 0, pts = 0, duration = 0] = packet.slice(1).map(Number);
    this.#packet(this.#track(track), { dts, pts, duration });
  }

  /**
   * And what ffmpeg says of a packet whose time falls back, as it moves it to the end before it is
   * printed: `… output stream 0:1; previous: 579, current: 12; changing to 579`, `[vost#0:0/copy @ …`.
   */
  warning(line: string): void {
    const index = /(?:output stream |ost#)\d+:(\d+)/.exec(line)?.[1];
    const times = /\bDTS\b.*previous: (-?\d+), current: (-?\d+);/.exec(line);
    if (index === undefined || times === null) return;
    const track = this.#track(Number(index));
    const [previousMs = 0, ms = 0] = times.slice(1).map((ticks) => Number(ticks) * track.msPerTick);
    // Of the film behind all counts, also what comes near the end of the first.
    if (previousMs - ms <= FALL_BACK_MS && track.overlap === undefined) return;
    const { startMs, endMs } = track.overlap ?? { startMs: ms, endMs: ms };
    track.overlap = { startMs: Math.min(startMs, ms), endMs: Math.max(endMs, ms) };
  }

  /** Of output track `index`, in the order of the maps; undefined when it had no packet with a time. */
  track(index: number): TrackSurvey | undefined {
    const track = this.#tracks.get(index);
    if (track === undefined || track.packets === 0) return undefined;
    const { packets, startMs, endMs, gaps, overlap } = track;
    return {
      packets,
      startMs: Math.round(startMs),
      endMs: Math.round(endMs),
      gaps,
      ...(overlap === undefined
        ? {}
        : { overlapMs: Math.ceil(overlap.endMs - overlap.startMs) + 1 }),
    };
  }

  #track(index: number): Track {
    const known = this.#tracks.get(index);
    if (known !== undefined) return known;
    const track: Track = {
      msPerTick: 1,
      packets: 0,
      startMs: Number.POSITIVE_INFINITY,
      endMs: 0,
      reachedMs: Number.NaN,
      gaps: [],
      overlap: undefined,
    };
    this.#tracks.set(index, track);
    return track;
  }

  #packet(track: Track, ticks: Readonly<{ dts: number; pts: number; duration: number }>): void {
    // NOPTS is -2^63.
    const [dts, pts] = [ticks.dts, ticks.pts].map((tick) =>
      tick < -Number.MAX_SAFE_INTEGER ? undefined : tick * track.msPerTick,
    );
    const decodeMs = dts ?? pts;
    if (decodeMs === undefined) return;
    const durationMs = Math.max(0, ticks.duration * track.msPerTick);
    track.packets += 1;
    track.startMs = Math.min(track.startMs, pts ?? decodeMs);
    track.endMs = Math.max(track.endMs, (pts ?? decodeMs) + durationMs);
    if (decodeMs < track.reachedMs - FALL_BACK_MS) track.reachedMs = decodeMs;
    // Decode times, as they rise; a picture is shown a little later, which no viewer's minute notices.
    if (decodeMs > track.reachedMs + SHORTEST_GAP_MS) {
      track.gaps.push({ startMs: Math.round(track.reachedMs), endMs: Math.round(decodeMs) });
    }
    const reached = decodeMs + durationMs;
    track.reachedMs = Number.isNaN(track.reachedMs) ? reached : Math.max(track.reachedMs, reached);
  }
}
