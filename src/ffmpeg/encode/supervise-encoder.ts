import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatDuration } from '../../lib/format-duration.ts';
import { formatRunningTime } from '../../lib/format-running-time.ts';
import type { EncoderName, Tools } from '../../model/toolchain.ts';
import { type RunResult, run } from '../run.ts';
import { demandSuccess, lastLinesOf } from './demand-success.ts';
import { EncodeError } from './encode-error.ts';
import { EncodeSigns } from './encode-signs.ts';
import { type Progress, progressReader } from './progress.ts';
import { StallClock } from './stall-clock.ts';

/** What one process is to make. */
export type EncodeJob = Readonly<{
  args: readonly string[];
  /** Folders below the working folder that it fills. */
  renditions: readonly string[];
  encoder: EncoderName;
  /** In the working folder: what it says is kept there by ffmpeg itself, whatever becomes of us. */
  logFile?: string;
}>;

export type SuperviseOptions = Readonly<{
  tools: Tools;
  /** Working folder of this attempt. */
  dir: string;
  /** How long it may make no progress. */
  stallMs: number;
  onProgress: (progress: Progress) => void;
  /** Each line of ffmpeg's stderr, raw. */
  onStderrLine?: (line: string) => void;
  signal: AbortSignal;
}>;

/** ffmpeg at its work. */
export type Encoder = Readonly<{
  /** Never rejects. */
  ended: Promise<RunResult>;
  /** The result once there is one. */
  result: () => RunResult | undefined;
  /** Throws unless it ended well: the signal's reason after a stop, `space`, or an `EncodeError`. */
  demandSuccess: (end: RunResult) => void;
}>;

/** Before its first picture an encode that works (reads, computes) may take so much longer. */
const SLOW_START = 10;

/**
 * Starts ffmpeg with the job's arguments, and stops it when it makes no progress for `stallMs`: asked
 * first, killed 4 s later. Progress is film or pictures, or bytes on disk; before the first picture also
 * work of any kind, ten times as long. Time in which the machine slept does not count.
 */
export function superviseEncoder(job: EncodeJob, options: SuperviseOptions): Encoder {
  const { stallMs, signal } = options;
  const signs = new EncodeSigns(job.renditions.map((name) => join(options.dir, name)));
  const stuck = new AbortController();
  const over = new AbortController();
  let result: RunResult | undefined;
  const ended = run(options.tools.ffmpeg, job.args, {
    cwd: options.dir,
    ...(job.logFile === undefined ? {} : { env: { FFREPORT: `file=${job.logFile}:level=24` } }),
    signal: AbortSignal.any([signal, stuck.signal]),
    onStarted: (group) => {
      signs.group = group;
    },
    onStdoutLine: progressReader((progress) => {
      signs.hear(progress);
      options.onProgress(progress);
    }),
    ...(options.onStderrLine === undefined ? {} : { onStderrLine: options.onStderrLine }),
  }).then((end) => {
    result = end;
    over.abort();
    return end;
  });
  void watch(signs, { stallMs, over: over.signal, onStall: () => stuck.abort() });
  return {
    ended,
    result: () => result,
    demandSuccess: (end) => {
      signal.throwIfAborted();
      if (stuck.signal.aborted) throw stalled(end, { stallMs, doneMs: signs.doneMs });
      demandSuccess(end, { signal, encoder: job.encoder });
    },
  };
}

type WatchOptions = Readonly<{ stallMs: number; over: AbortSignal; onStall: () => void }>;

/** Ends when the encode is over, or with a call of `onStall`. Never rejects. */
async function watch(signs: EncodeSigns, { stallMs, over, onStall }: WatchOptions): Promise<void> {
  const tickMs = Math.min(2_000, Math.max(20, stallMs / 20));
  const idle = new StallClock({ limitMs: stallMs, tickMs });
  const fruitless = new StallClock({ limitMs: SLOW_START * stallMs, tickMs });
  for (;;) {
    await wait(tickMs, undefined, { signal: over }).catch(() => {});
    if (over.aborted) return;
    const moved = await signs.haveMoved();
    const active = moved || (!signs.hasBegun && (await signs.areActive()));
    if (idle.tick(active) || fruitless.tick(moved)) return onStall();
  }
}

function stalled(
  end: RunResult,
  { stallMs, doneMs }: Readonly<{ stallMs: number; doneMs: number }>,
): EncodeError {
  return new EncodeError({
    mayPass: true,
    what: `ffmpeg made no progress for ${formatDuration(stallMs)} and was stopped`,
    why: `It stood at ${formatRunningTime(doneMs)} of the film. ${lastLinesOf(end)}`,
    fix: 'If the film or the work folder is on something slow, give it longer: --stall-timeout 10m',
  });
}
