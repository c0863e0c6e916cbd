import { cleanText } from '../../lib/clean-text.ts';
import { scanSegment } from '../../lib/mpegts/scan-segment.ts';
import type { SegmentFacts } from '../../model/segment.ts';
import { type EncoderName, type EncoderTrial, isVideoToolbox } from '../../model/toolchain.ts';
import { encoderOptions } from '../encode/encoder-options.ts';
import { BUSY, explainExit, isBusy } from '../explain-exit.ts';
import { type RunResult, run } from '../run.ts';

export type TryEncoderOptions = Readonly<{
  ffmpeg: string;
  name: EncoderName;
  /** Private options that this build knows. */
  options: readonly string[];
  /**
   * How long one encode may take, which is a second on a machine at rest. VideoToolbox is known to hang: 60 s.
   * libx264 and libx265 are not, and a busy machine must not be told that it cannot encode: 300 s. At a load
   * of 24 on two cores libx265 took more than a minute.
   */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}>;

/** The clip: large enough for Intel Macs, which refuse 320×240 (ffmpeg-hls.md §1.8), 2.2 s long. */
const RATE = 30;
const FRAMES = 66;
const CLIP = `testsrc2=size=1280x720:rate=${RATE}:duration=2.2`;
/** Key frames wanted at 0, 1 and 2 s. */
const GOP_FRAMES = 30;
const TICKS_PER_FRAME = 90_000 / RATE;

/**
 * Encodes 2.2 s of a test picture with the options that films are encoded with, and looks at what came
 * out: number of pictures, key frames where they were asked for and each an IDR, rising DTS. A name in
 * `ffmpeg -encoders` proves nothing, nor does exit code 0. VideoToolbox is tried a second time without
 * pictures out of order, or once more as it was when macOS says that the encoder is busy.
 * Never throws for what the encoder did: the answer says what and why. Throws the signal's reason.
 */
export async function tryEncoder(request: TryEncoderOptions): Promise<EncoderTrial> {
  if (!isVideoToolbox(request.name)) {
    const attempt = await encodeClip(request, undefined);
    return verdict(request, attempt);
  }
  const first = await encodeClip(request, 2);
  if (first.problem === undefined || first.isOver) return verdict(request, first);
  const second = await encodeClip(request, first.isBusy ? 2 : 0);
  return verdict(request, second.problem === undefined ? second : first);
}

type Attempt = Readonly<{
  bFrames: 0 | 2 | undefined;
  /** Undefined: it works. */
  problem: string | undefined;
  /** Another way of asking cannot help. */
  isOver: boolean;
  isBusy: boolean;
}>;

function verdict(request: TryEncoderOptions, attempt: Attempt): EncoderTrial {
  const { bFrames, problem } = attempt;
  const proved = `a trial encode made ${FRAMES} pictures with key frames where they belong`;
  return {
    name: request.name,
    works: problem === undefined,
    detail: problem ?? (bFrames === 0 ? `${proved}, without B-frames` : proved),
    options: request.options,
    ...(bFrames === undefined || problem !== undefined ? {} : { bFrames }),
  };
}

async function encodeClip(
  request: TryEncoderOptions,
  bFrames: 0 | 2 | undefined,
): Promise<Attempt> {
  const { timeoutMs = isVideoToolbox(request.name) ? 60_000 : 300_000, signal } = request;
  const result = await run(request.ffmpeg, trialArgs(request, bFrames), { timeoutMs, signal });
  signal?.throwIfAborted();
  if (result.outcome !== 'exited' || result.exitCode !== 0) {
    return {
      bFrames,
      problem: explainRefusal(result, timeoutMs),
      isOver: result.outcome !== 'exited',
      isBusy: isBusy(result),
    };
  }
  const problem = faultOf(scanSegment(result.stdout));
  return { bFrames, problem, isOver: false, isBusy: false };
}

/** ffmpeg's arguments of a trial. MPEG-TS on stdout, which is scanned without a file or an ffprobe. */
export function trialArgs(
  { name, options }: Pick<TryEncoderOptions, 'name' | 'options'>,
  bFrames: 0 | 2 | undefined,
): readonly string[] {
  const isHardware = isVideoToolbox(name);
  return [
    ['-hide_banner', '-nostdin', '-loglevel', 'error'],
    ['-f', 'lavfi', '-i', CLIP, '-vf', isHardware ? 'format=nv12' : 'format=yuv420p'],
    encoderOptions({ name, options, gopFrames: GOP_FRAMES, x264Preset: 'ultrafast', bFrames }),
    isHardware ? ['-b:v', '3200k'] : ['-crf:v', '22', '-maxrate:v', '3500k', '-bufsize:v', '7000k'],
    ['-f', 'mpegts', 'pipe:1'],
  ].flat();
}

function faultOf(facts: SegmentFacts): string | undefined {
  const [problem] = facts.problems;
  if (problem !== undefined) return `what it makes ${problem}`;
  if (facts.frames !== FRAMES) return `it made ${facts.frames} pictures of ${FRAMES}`;
  const start = facts.firstPts ?? 0;
  for (let frame = 0; frame < FRAMES; frame += GOP_FRAMES) {
    const key = facts.keyFrames.find(({ pts }) => pts === start + frame * TICKS_PER_FRAME);
    if (key === undefined) return `it made no key frame at picture ${frame}, where one was forced`;
    if (!key.isIdr)
      return `its key frame at picture ${frame} is no IDR: a player cannot start there`;
  }
  return undefined;
}

const NO_ANSWER = 'it gave no answer within';
const NOT_RUN = 'ffmpeg could not be run';

/** True for a failure that may be gone in a minute: not to be remembered. */
export function mayPass(trial: EncoderTrial): boolean {
  const passing = [BUSY, NO_ANSWER, NOT_RUN];
  return !trial.works && passing.some((words) => trial.detail.startsWith(words));
}

function explainRefusal(result: RunResult, timeoutMs: number): string {
  if (result.outcome === 'timed out') {
    return `${NO_ANSWER} ${timeoutMs / 1000} s and was stopped`;
  }
  if (result.outcome !== 'exited') return `${NOT_RUN} (${result.outcome})`;
  const said = cleanText(tellingLine(result.stderrTail), { maxLength: 200 });
  const parts = [
    explainExit(result) ?? 'the trial encode failed',
    `ffmpeg's exit code was ${result.exitCode}`,
    ...(said === '' ? [] : [`it said: ${said}`]),
  ];
  return parts.join('; ');
}

/** The first line that speaks of the encoder; what follows it is only that everything stopped. */
function tellingLine(lines: readonly string[]): string {
  const about = /session|encoder|videotoolbox|libx264|option|invalid/i;
  return lines.find((line) => about.test(line)) ?? lines.at(-1) ?? '';
}
