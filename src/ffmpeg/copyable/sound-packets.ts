import { formatRunningTime } from '../../lib/format-running-time.ts';
import type { CodedSound } from '../../model/coded-stream.ts';
import { toNumber } from '../../model/rational.ts';
import type { AudioTrack } from '../../model/source.ts';
import type { CodedPacket } from './read-coded-packets.ts';

const AAC_FRAME_SAMPLES = 1024;

/** A time stamp may be off its place by this: containers count in milliseconds. */
const SLACK_SECONDS = 0.002;

/**
 * Reads an AAC track's packets, one after the other, for whether they follow one another without a hole
 * from the first to the last: copied sound is neither padded nor stretched.
 */
export class SoundPacketReader {
  readonly #track: Pick<AudioTrack, 'timeBase' | 'sampleRateHz'>;
  readonly #clockStart: number;
  #startSeconds: number | undefined;
  #frames = 0;
  #bytes = 0;
  #flaw: string | undefined;

  constructor(
    track: Pick<AudioTrack, 'timeBase' | 'sampleRateHz'>,
    { clockStartUs }: Readonly<{ clockStartUs: number }>,
  ) {
    this.#track = track;
    this.#clockStart = clockStartUs / 1e6;
  }

  /** False when a flaw was found, and no more packets need to come. */
  push(packet: CodedPacket): boolean {
    this.#flaw ??= this.#take(packet);
    return this.#flaw === undefined;
  }

  finish(): CodedSound {
    if (this.#frames === 0) this.#flaw ??= 'it has no packets';
    const seconds = this.#secondsOf(this.#frames);
    return {
      ...(this.#flaw === undefined ? {} : { flaw: this.#flaw }),
      startSeconds: this.#startSeconds ?? 0,
      kbps: seconds === 0 ? 0 : (this.#bytes * 8) / 1000 / seconds,
    };
  }

  #take({ pts, bytes, isHidden, isDamaged }: CodedPacket): string | undefined {
    if (isDamaged) return 'it has damaged packets';
    if (pts === undefined) return 'some of it has no time stamp';
    const at = pts * toNumber(this.#track.timeBase) - this.#clockStart;
    // The priming of the encoder, before the film begins, is meant to be hidden.
    if (isHidden && at >= 0) return 'an edit list hides some of it';
    this.#startSeconds ??= at;
    const place = this.#startSeconds + this.#secondsOf(this.#frames);
    if (Math.abs(at - place) > SLACK_SECONDS) {
      return `its time stamps do not follow one another at ${formatRunningTime(Math.max(0, at * 1000))}`;
    }
    this.#frames += 1;
    this.#bytes += bytes;
    return undefined;
  }

  #secondsOf(frames: number): number {
    return (frames * AAC_FRAME_SAMPLES) / this.#track.sampleRateHz;
  }
}
