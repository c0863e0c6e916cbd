import { joinRanges, type TimeRange } from '../../lib/time-ranges.ts';
import { isError, type LogLine, readLogLine } from '../log-line.ts';

/** What a decoder could not make sense of, in film time. */
export type DecodeErrors = Readonly<{
  /** From the last good picture to the next key frame: until then viewers see what went wrong. */
  picture: readonly TimeRange[];
  sound: readonly TimeRange[];
  /** From good frame to good frame, in all: what lies between near errors is not in it. */
  soundLostMs: number;
  /** What was said first, without addresses. */
  firstWords: string | undefined;
}>;

export type DecodeLogOptions = Readonly<{
  container: string;
  pictureCodec?: string;
  audioIndexes: readonly number[];
  audioCodecs: readonly string[];
  /** Nothing but sound is decoded: whatever is said is about that. */
  isSoundOnly?: boolean;
  /** Made of several recordings: at each seam pictures lack those that they were coded from. */
  isJoined: boolean;
  /** Where the first picture lies by its packet, decoded or not. */
  pictureStartMs?: number;
  /** Length of the film by its header. */
  endMs: number;
}>;

/** Where a recording or a cut begins and ends, pictures lack those that they were coded from. */
const EDGE_MS = 1_000;

/** An encoder that never makes another key frame mends its pictures bit by bit. */
const LONGEST_TRACE_MS = 10_000;

/** Errors against the letter of a standard that change no picture. */
const HARMLESS =
  /mmco: unref short failure|number of reference frames .* exceeds max|unknown SEI|SEI type \d+ .*truncated|non monotonically increasing dts/i;

const AT_A_SEAM =
  /co located POCs|reference picture missing|Missing reference|Could not find ref|no frame!|non-existing [SP]PS|decode_slice_header|corrupt input packet|Not all references/i;

/**
 * What a demuxer says of packets whose counter jumps. It may be a loss, or the place where two parts of a
 * recording were put together, of which the first one's last picture is whole.
 */
const COUNTER_JUMPS = /corrupt input packet/i;

/** Decoders that tell of each lost packet themselves (measured: one of 188 bytes lost, 40 of 40 times). */
const TELLS_OF_LOSSES = /^(h264|mpeg2video)$/;

/**
 * Reads the log of one decode with `showinfo` and `ashowinfo` behind the decoders, on one thread: an
 * error belongs to the frames that are printed before and after it. Every decoder has words of its
 * own (measured: 60 kinds in 14 codecs), so what counts is the level, and libavcodec's own verdicts
 * `corrupt decoded frame` and `concealing`, which it prints as a warning and as information.
 */
export class DecodeLog {
  readonly #options: DecodeLogOptions;
  readonly #picture = new ErrorTrack();
  readonly #sound = new ErrorTrack();
  #firstWords: string | undefined;

  constructor(options: DecodeLogOptions) {
    this.#options = options;
  }

  line(text: string): void {
    const line = readLogLine(text);
    const [context = ''] = line.contexts;
    if (context.startsWith('Parsed_showinfo')) {
      this.#picture.frame(line.text, /iskey:1|\btype:I\b/.test(line.text));
    } else if (context.startsWith('Parsed_ashowinfo')) {
      this.#sound.frame(line.text, true);
    } else if (this.#tellsOfDamage(line)) {
      this.#firstWords ??= [context, line.text].filter((it) => it !== '').join(': ');
      (this.#isAboutSound(line) ? this.#sound : this.#picture).error();
    }
  }

  /** What was found, but for the first and the last second of the picture. */
  finish(): DecodeErrors {
    const { endMs, pictureStartMs } = this.#options;
    return {
      picture: this.#picture.ranges({ edgeMs: EDGE_MS, startMs: pictureStartMs, endMs }),
      sound: this.#sound.ranges({ edgeMs: 0, startMs: undefined, endMs }),
      soundLostMs: this.#sound.lostMs(),
      firstWords: this.#firstWords,
    };
  }

  #tellsOfDamage(line: LogLine): boolean {
    if (HARMLESS.test(line.text)) return false;
    if (this.#options.isJoined && AT_A_SEAM.test(line.text)) return false;
    if (COUNTER_JUMPS.test(line.text)) {
      return this.#isAboutSound(line) || !TELLS_OF_LOSSES.test(this.#options.pictureCodec ?? '');
    }
    if (/^concealing \d|corrupt decoded frame/i.test(line.text.trim())) return true;
    return isError(line) && !this.#isAside(line);
  }

  /** Demuxers (holes are found by the survey), parsers, filters and muxers do not decode. */
  #isAside({ contexts: [context = ''] }: LogLine): boolean {
    return (
      context === this.#options.container ||
      /^(NULL|null|Parsed_.*|out#.*|in#.*|graph .*|swscaler|auto_.*)$/.test(context)
    );
  }

  #isAboutSound({ contexts, text }: LogLine): boolean {
    const { audioIndexes, audioCodecs, isSoundOnly = false } = this.#options;
    if (isSoundOnly) return true;
    const index = /(?:stream #?0?:?|ist#0:)(\d+)/.exec([...contexts, text].join(' '))?.[1];
    if (index !== undefined) return audioIndexes.includes(Number(index));
    return contexts.some(
      (context) =>
        /^aist#|^dec:.*(aac|ac3|mp3|opus|vorbis|flac|pcm|dts|dca|truehd)/.test(context) ||
        audioCodecs.some((codec) =>
          context.replace(/^lib|^dec:/, '').startsWith(codec.slice(0, 3)),
        ),
    );
  }
}

type Extent = Readonly<{ edgeMs: number; startMs: number | undefined; endMs: number }>;

type Trace = { startMs: number; endMs: number; lastErrorMs: number };

/** The frames of one track in the order in which they come out of the decoder, and errors between them. */
class ErrorTrack {
  readonly #traces: Trace[] = [];
  #open: Trace | undefined;
  #firstMs: number | undefined;
  #lastMs = 0;
  #isErring = false;
  /** What came before the first frame could not be decoded. */
  #isLeadBroken = false;

  error(): void {
    if (this.#isErring) return;
    this.#isErring = true;
    this.#open ??= { startMs: this.#lastMs, endMs: this.#lastMs, lastErrorMs: this.#lastMs };
    this.#open.lastErrorMs = this.#lastMs;
  }

  frame(text: string, mends: boolean): void {
    const ms = Number(/pts_time:\s*(-?[\d.]+)/.exec(text)?.[1]) * 1000;
    if (!Number.isFinite(ms)) return;
    if (this.#firstMs === undefined) this.#isLeadBroken = this.#isErring;
    this.#firstMs ??= ms;
    this.#lastMs = ms;
    const open = this.#open;
    if (open !== undefined) {
      open.endMs = Math.max(open.endMs, ms);
      if (this.#isErring) open.lastErrorMs = ms;
      else if (mends || ms - open.lastErrorMs > LONGEST_TRACE_MS) this.#close();
    }
    this.#isErring = false;
  }

  ranges({ edgeMs, startMs: toldStartMs, endMs: filmEndMs }: Extent) {
    const endMs = Math.max(this.#lastMs, filmEndMs);
    // Not one frame of it: no edge of anything.
    if (this.#firstMs === undefined && this.#isErring) {
      this.#close();
      return [{ startMs: 0, endMs: Math.max(1, Math.ceil(endMs)) }];
    }
    // No frame came after the last error: all the rest is lost.
    if (this.#isErring) Object.assign(this.#open ?? {}, { lastErrorMs: endMs, endMs });
    this.#close();
    const firstMs = this.#firstMs ?? 0;
    const [from, to] = [firstMs + edgeMs, endMs - edgeMs];
    const inside = this.#traces.filter((trace) => {
      if (edgeMs === 0) return true;
      // A recording that begins in the middle of things does so with its first picture: what breaks
      // after good ones, and is seen beyond the first second, is damage.
      const isOfTheBeginning = trace.startMs <= firstMs || trace.endMs <= from;
      return (trace.lastErrorMs > from || !isOfTheBeginning) && trace.startMs < to;
    });
    const lead = { startMs: toldStartMs ?? firstMs, endMs: firstMs };
    const isLeadLost = this.#isLeadBroken && lead.endMs - lead.startMs > edgeMs;
    return joinRanges(
      [...(isLeadLost ? [lead] : []), ...inside].map(({ startMs, endMs }) => ({
        startMs: Math.floor(startMs),
        endMs: Math.ceil(Math.max(endMs, startMs + 1)),
      })),
      1_000,
    );
  }

  lostMs(): number {
    return this.#traces.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
  }

  #close(): void {
    if (this.#open !== undefined) this.#traces.push(this.#open);
    this.#open = undefined;
  }
}
