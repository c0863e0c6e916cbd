import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Tail } from '../lib/tail.ts';
import { guarded } from './orphan-guard.ts';
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
/** For somebody who has left the group of an ended program and still holds its output. */
const LINGER_MS = 1_000;

/**
 * Starts one program, waits for its end and tells how it ended. The only place that starts processes.
 * Never by a line that a shell would read. Rejects when the system has no room for another process
 * (EMFILE), and never for what the program did: an exit code is a
 * fact to look at, and ffmpeg's 0 proves nothing (ffmpeg-hls.md §0.3). When `signal` fires the program
 * gets SIGTERM, and SIGKILL 4 s later, with all that it started; the promise settles after it is gone.
 * If this process is killed, the program is killed within a moment (`orphan-guard.ts`).
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.signal?.aborted === true) return { ...NOTHING, outcome: 'canceled' };
  const child = start(program, args, options);
  const ended = endOf(child);
  // Where no more files can be opened Node makes no pipes at all, and tells why as an error.
  if ((child.stdout as unknown) === undefined) throw await failureToStart(child);
  feed(child, options);
  const { pid } = child;
  if (pid !== undefined && options.isUsers !== true) {
    groupBegun(pid);
    options.onStarted?.(pid);
    if (options.isBackground === true) giveWay(pid);
  }
  const stop = stopper(child, options);
  const tail = new Tail(40);
  let stderrLines = 0;
  const reading = Promise.all([
    readStdout(child, options),
    eachLine(child.stderr, (line) => {
      stderrLines += 1;
      tail.push(line);
      options.onStderrLine?.(line);
    }),
  ]);
  const end = await ended;
  stop.over();
  if (pid !== undefined) groupOver(pid);
  letGo(child);
  const [stdout] = await reading;
  return {
    exitCode: end.exitCode,
    outcome: stdout.isTooLong ? 'too long' : (stop.why() ?? end.outcome),
    killedBy: end.killedBy,
    stdout: stdout.bytes,
    stderrTail: tail.lines,
    stderrLines,
  };
}

/**
 * Gives a text to a program of the user's own that has the terminal to itself, such as a pager, and
 * waits for its end. False when it could not be started, or is not there.
 */
export async function runOnTerminal(
  program: string,
  args: readonly string[],
  { input, env }: Required<Pick<RunOptions, 'env'>> & Readonly<{ input: Uint8Array }>,
): Promise<boolean> {
  const child = spawn(program, args, {
    // biome-ignore lint/style/noProcessEnv: handed on, not read
    env: { ...process.env, ...env },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = endOf(child);
  feed(child, { input });
  const { outcome } = await ended;
  return outcome !== 'not found' && outcome !== 'not started';
}

const NOTHING = {
  exitCode: undefined,
  killedBy: undefined,
  stdout: Buffer.alloc(0),
  stderrTail: [],
  stderrLines: 0,
} as const;

type Child = ChildProcess & Readonly<{ stdout: Readable; stderr: Readable }>;

function start(program: string, args: readonly string[], options: RunOptions): Child {
  const { input, cwd, env, isUsers } = options;
  const stdin = input === undefined ? 'ignore' : 'pipe';
  // biome-ignore lint/style/noProcessEnv: handed on, not read
  const rest = { cwd, ...(env === undefined ? {} : { env: { ...process.env, ...env } }) };
  if (isUsers === true) {
    return spawn(program, args, { ...rest, stdio: [stdin, 'pipe', 'pipe'] }) as Child;
  }
  const guard = guarded(program, args);
  const stdio = [stdin, 'pipe', 'pipe', 'pipe'] as const;
  return spawn(guard.program, guard.args, { ...rest, detached: true, stdio: [...stdio] }) as Child;
}

type End = Pick<RunResult, 'exitCode' | 'killedBy' | 'outcome'>;

function failureToStart(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => child.once('error', resolve));
}

/** What a shell answers for a program that is not there, or may not be run. */
const NOT_FOUND = [126, 127];

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return; // a signal that could not be sent
      const isMissing = error.code === 'ENOENT' || error.code === 'EACCES';
      const outcome = isMissing ? 'not found' : 'not started';
      resolve({ exitCode: undefined, killedBy: undefined, outcome });
    });
    child.once('exit', (code, signal) => {
      const exitCode = code ?? undefined;
      const killedBy = signal ?? undefined;
      if (killedBy !== undefined) resolve({ exitCode, killedBy, outcome: 'killed' });
      else if (NOT_FOUND.includes(exitCode ?? 0)) {
        resolve({ exitCode: undefined, killedBy, outcome: 'not found' });
      } else resolve({ exitCode, killedBy, outcome: 'exited' });
    });
  });
}

/** A program may end before it has read all of it, which is its own affair. */
function feed({ stdin }: ChildProcess, { input }: RunOptions): void {
  if (input === undefined || stdin === null) return;
  void pipeline(input instanceof Uint8Array ? [input] : input, stdin).catch(() => {});
}

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
 * After the program's end its guard kills what it left behind, so that its output ends; what has left
 * the group is no longer listened to.
 */
function letGo({ stdout, stderr, stdio }: Child): void {
  (stdio[3] as Socket | null | undefined)?.destroy();
  const timer = setTimeout(() => {
    stdout.destroy();
    stderr.destroy();
  }, LINGER_MS);
  void Promise.allSettled([finished(stdout), finished(stderr)]).then(() => clearTimeout(timer));
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
