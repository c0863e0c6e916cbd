import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { Tail } from '../lib/tail.ts';
import { guardArgs, OrphanGuard } from './orphan-guard.ts';
import { groupBegun, groupOver, signalGroup } from './process-groups.ts';

export type RunOptions = Readonly<{
  signal?: AbortSignal | undefined;
  cwd?: string;
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is closed otherwise: ffmpeg would eat a shell loop's list. */
  input?: AsyncIterable<Uint8Array> | Uint8Array;
  /** Stopped after this long: asked first, killed 4 s later. */
  timeoutMs?: number;
  /**
   * A program of the user's own: it keeps the terminal, to ask for a password, and what it starts, like
   * a browser, may outlive it and us. Else it leads a group of processes that ends with it.
   */
  isUsers?: boolean;
  /** Gives way to everything else on the machine: the encoder, above all. */
  isBackground?: boolean;
  /** Once it runs, with the number of its group. */
  onStarted?: (group: number) => void;
  /** Each line of stdout. With it `stdout` of the result stays empty. */
  onStdoutLine?: (line: string) => void;
  /** Each line of stderr as it comes, raw: control characters and all. */
  onStderrLine?: (line: string) => void;
  /** A program that writes more to stdout is killed: its answer would fill our memory. */
  maxStdoutBytes?: number;
}>;

export type RunResult = Readonly<{
  /** Undefined when a signal ended the process. */
  exitCode: number | undefined;
  /**
   * `canceled` when our signal fired: ffmpeg then exits 255 by itself, so codes cannot tell.
   * `too long` when it wrote more than `maxStdoutBytes`, of which that much is kept.
   */
  outcome:
    | 'exited'
    | 'killed'
    | 'canceled'
    | 'timed out'
    | 'too long'
    | 'not found'
    | 'not started';
  killedBy: string | undefined;
  stdout: Buffer;
  /** The last 40 lines of stderr; whoever prints them strips control characters. */
  stderrTail: readonly string[];
  /** Lines on stderr in all. */
  stderrLines: number;
}>;

/** A run ends within 5 s of Ctrl-C: so long may a program take to end in good order. */
const GRACE_MS = 4_000;
/** For what a program that has ended left behind to let go of its output. */
const LINGER_MS = 1_000;

/**
 * Starts one program, waits for its end and tells how it ended. The only place that starts processes.
 * Never a shell. Never rejects for what the program did: an exit code is a fact to look at, and
 * ffmpeg's 0 proves nothing (ffmpeg-hls.md §0.3). When `signal` fires the program gets SIGTERM, and
 * SIGKILL 4 s later; with it all that it started. The promise settles after it is gone. If this process
 * is killed, a guard kills the program within a moment (`orphan-guard.ts`).
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.signal?.aborted === true) return { ...NOTHING, outcome: 'canceled' };
  const guard = startGuard();
  const child = execa(program, args, {
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: inputOf(options.input) }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    detached: options.isUsers !== true, // the leader of a group of its own
    cleanup: false, // the guard's work, whatever ends us
    buffer: false, // an hour of warnings must neither fill memory nor trip execa's maxBuffer
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
  });
  const group = options.isUsers === true ? undefined : child.pid;
  if (group !== undefined) {
    groupBegun(group);
    guard?.begun(group);
    options.onStarted?.(group);
    if (options.isBackground === true) giveWay(group);
  }
  const stop = stopper(child, options);
  const left = letGoAfterEnd(child, options);
  const tail = new Tail(40);
  let stderrLines = 0;
  const [result, stdout] = await Promise.all([
    child,
    readStdout(child, options),
    eachLine(child.stderr, (line) => {
      stderrLines += 1;
      tail.push(line);
      options.onStderrLine?.(line);
    }),
  ]);
  stop.over();
  left.over();
  if (group !== undefined) {
    groupOver(group);
    guard?.over(group);
  }
  return {
    exitCode: result.exitCode,
    outcome: stdout.isTooLong ? 'too long' : (stop.why() ?? outcomeOf(result)),
    killedBy: result.signal,
    stdout: stdout.bytes,
    stderrTail: tail.lines,
    stderrLines,
  };
}

const NOTHING = {
  exitCode: undefined,
  killedBy: undefined,
  stdout: Buffer.alloc(0),
  stderrTail: [],
  stderrLines: 0,
} as const;

/** Asks the program to end when the signal or the time limit says so, and then makes it. */
function stopper(child: ChildProcess, options: RunOptions) {
  let why: 'canceled' | 'timed out' | undefined;
  let killer: NodeJS.Timeout | undefined;
  const stop = (reason: typeof why) => {
    if (why !== undefined) return;
    why = reason;
    send('SIGTERM', child, options);
    send('SIGCONT', child, options); // one that was halted hears nothing else
    killer = setTimeout(() => send('SIGKILL', child, options), GRACE_MS);
  };
  const { signal, timeoutMs } = options;
  const cancel = () => stop('canceled');
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop('timed out'), timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    why: () => why,
    over: () => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}

function send(signal: NodeJS.Signals, child: ChildProcess, { isUsers }: RunOptions): void {
  if (isUsers === true) child.kill(signal);
  else if (child.pid !== undefined) signalGroup(child.pid, signal);
}

/**
 * A wrapper script that was ended may leave the real program behind, which holds our end of its output:
 * without this we would wait for it. It is killed with its group, and no more heard if it has left that.
 */
function letGoAfterEnd(child: ChildProcess, options: RunOptions) {
  let timer: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    timer = setTimeout(() => {
      if (options.isUsers !== true) send('SIGKILL', child, options);
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, LINGER_MS);
  });
  return { over: () => clearTimeout(timer) };
}

let guard: OrphanGuard | undefined;

/** One for all programs; it costs a few milliseconds, and ends when we do. */
function startGuard(): OrphanGuard | undefined {
  if (guard !== undefined) return guard;
  const shell = execa('/bin/sh', guardArgs(process.pid), {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    cwd: '/',
    env: {},
    extendEnv: false, // no secret in one more process
    detached: true, // Ctrl-C, and a kill -9 of our whole group, are not for it
    cleanup: false,
    reject: false,
  });
  if (shell.pid === undefined) return undefined; // no sh, no guard
  shell.unref();
  (shell.stdin as Socket).unref();
  guard = new OrphanGuard(shell.stdin);
  return guard;
}

function inputOf(input: NonNullable<RunOptions['input']>): Uint8Array | Readable {
  return input instanceof Uint8Array ? input : Readable.from(input, { objectMode: false });
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
    // Where Linux weighs sessions against one another (autogroup) this changes little, and on purpose no
    // more is done: a whole session of low weight gets nothing at all beside other busy programs.
  } catch {
    // It has ended already, or this system does not let us: it only takes its turn with the others.
  }
}

type Ending = Readonly<{
  signal?: string | undefined;
  exitCode?: number | undefined;
  code?: string | undefined;
}>;

function outcomeOf(result: Ending): RunResult['outcome'] {
  if (result.code === 'ENOENT' || result.code === 'EACCES') return 'not found';
  if (result.signal !== undefined) return 'killed';
  return result.exitCode === undefined ? 'not started' : 'exited';
}

type Stdout = Readonly<{ bytes: Buffer; isTooLong: boolean }>;

async function readStdout(
  child: Readonly<{ stdout: NodeJS.ReadableStream; kill: (signal: 'SIGKILL') => boolean }>,
  { onStdoutLine, maxStdoutBytes = Number.POSITIVE_INFINITY }: RunOptions,
): Promise<Stdout> {
  const chunks: Buffer[] = [];
  let length = 0;
  const isTooLong = () => length > maxStdoutBytes;
  const keep = (chunk: Buffer) => {
    length += chunk.length;
    if (isTooLong()) child.kill('SIGKILL');
    else chunks.push(chunk);
  };
  if (onStdoutLine !== undefined) await eachLine(child.stdout, onStdoutLine);
  else await eachChunk(child.stdout, keep);
  return { bytes: Buffer.concat(chunks), isTooLong: isTooLong() };
}

/** Splits at \n and \r (ffmpeg ends its status line with \r); a line without end is cut at 64 KiB. */
async function eachLine(
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  await eachChunk(stream, (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) if (line !== '') onLine(line);
  });
  if (rest !== '') onLine(rest);
}

async function eachChunk(
  stream: NodeJS.ReadableStream,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  try {
    for await (const chunk of stream) onChunk(Buffer.from(chunk));
  } catch (error) {
    // We have let go of it ourselves, after the program's end.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
