import { constants, setPriority } from 'node:os';
import { execa } from 'execa';
import { Tail } from '../lib/tail.ts';

export type RunOptions = Readonly<{
  signal?: AbortSignal | undefined;
  cwd?: string;
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is closed otherwise: ffmpeg would eat a shell loop's list. */
  input?: AsyncIterable<Uint8Array> | Uint8Array;
  /** Stopped after this long: asked first, killed 4 s later. */
  timeoutMs?: number;
  /** Gives way to everything else on the machine: the encoder, above all. */
  isBackground?: boolean;
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

/**
 * Starts one program, waits for its end and tells how it ended. The only place that starts processes.
 * Never a shell. Never rejects for what the program did: an exit code is a fact to look at, and
 * ffmpeg's 0 proves nothing (ffmpeg-hls.md §0.3). When `signal` fires the program gets SIGTERM, and
 * SIGKILL 4 s later (a run ends within 5 s of Ctrl-C); the promise settles after it is gone.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = execa(program, args, {
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input as Uint8Array }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    buffer: false, // an hour of warnings must neither fill memory nor trip execa's maxBuffer
    encoding: 'buffer',
    forceKillAfterDelay: 4_000,
    reject: false,
    stripFinalNewline: false,
  });
  if (options.isBackground === true && child.pid !== undefined) giveWay(child.pid);
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
  return {
    exitCode: result.exitCode,
    outcome: stdout.isTooLong ? 'too long' : outcomeOf(result),
    killedBy: result.signal,
    stdout: stdout.bytes,
    stderrTail: tail.lines,
    stderrLines,
  };
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or this system does not let us: it only takes its turn with the others.
  }
}

type Ending = Readonly<{
  isCanceled: boolean;
  timedOut: boolean;
  signal?: string | undefined;
  exitCode?: number | undefined;
  code?: string | undefined;
}>;

function outcomeOf(result: Ending): RunResult['outcome'] {
  if (result.isCanceled) return 'canceled';
  if (result.timedOut) return 'timed out';
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
  else for await (const chunk of child.stdout) keep(Buffer.from(chunk));
  return { bytes: Buffer.concat(chunks), isTooLong: isTooLong() };
}

/** Splits at \n and \r (ffmpeg ends its status line with \r); a line without end is cut at 64 KiB. */
async function eachLine(
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(Buffer.from(chunk), { stream: true })).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) if (line !== '') onLine(line);
  }
  if (rest !== '') onLine(rest);
}
