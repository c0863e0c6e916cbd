import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type ServerProcess = Readonly<{
  /** Of the process that runs now: it changes with `restart`. */
  readonly pid: number;
  port: number;
  /** The last lines of stdout and stderr, for failure messages. */
  log(): string;
  /** SIGTERM, and SIGKILL 5 s later. Answers when the process is gone. Again: nothing happens. */
  stop(): Promise<void>;
  /** SIGKILL: the power cut. Answers when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it accepts connections but answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** After `stop` or `kill`: the same program on the same port and data. Answers when it is ready. */
  restart(): Promise<void>;
}>;

export type StartOptions = Readonly<{
  name: string;
  program: string;
  args: (port: number) => readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A free one is taken otherwise. */
  port?: number | undefined;
  /** Polled every 20 ms. May throw: that means not yet. */
  isReady: (state: Readonly<{ port: number; log: string }>) => Promise<boolean>;
}>;

const READY_WITHIN_MS = 20_000; // 0.1 s alone, but 2 busy cores made it 0.7 s (test-servers.md §1)
const LOG_CHARACTERS = 64_000;

/** Starts a server on 127.0.0.1 and answers when it is ready. It does not outlive this process. */
export async function startServerProcess(options: StartOptions): Promise<ServerProcess> {
  let current: Running | undefined;
  let port = options.port ?? 0;
  for (let attempt = 1; current === undefined; attempt += 1) {
    port = options.port ?? (await freePort());
    try {
      current = await start(options, port);
    } catch (error) {
      // Between closing the probe socket and the server's bind another process may take the port.
      const wasTaken = /address already in use|EADDRINUSE/i.test(String(error));
      if (!wasTaken || options.port !== undefined || attempt === 3) throw error;
    }
  }
  let running = current;
  return {
    get pid() {
      return running.pid;
    },
    port,
    log: () => running.log(),
    stop: () => end(running, 'SIGTERM'),
    kill: () => end(running, 'SIGKILL'),
    pause: () => {
      running.child.kill('SIGSTOP');
      waitUntilStopped(running.pid);
    },
    resume: () => void running.child.kill('SIGCONT'),
    restart: async () => {
      if (isAlive(running.child)) throw new Error(`${options.name} still runs`);
      running = await start(options, port);
    },
  };
}

type Running = Readonly<{ child: ChildProcess; pid: number; log: () => string }>;

async function start(options: StartOptions, port: number): Promise<Running> {
  const child = spawn(options.program, options.args(port), {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-LOG_CHARACTERS);
  };
  // Read to the end: a full pipe would stop the server.
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error(`${options.name} did not start`);
  const running: Running = { child, pid: child.pid, log: () => log };
  children.add(child);
  child.once('exit', () => children.delete(child));
  await waitUntilReady(options, port, running);
  return running;
}

async function waitUntilReady(options: StartOptions, port: number, running: Running) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (isAlive(running.child)) {
    const isReady = await options.isReady({ port, log: running.log() }).catch(() => false);
    if (isReady) return;
    if (Date.now() > deadline) {
      await end(running, 'SIGKILL');
      throw new Error(`${options.name} was not ready in ${READY_WITHIN_MS} ms:\n${running.log()}`);
    }
    await delay(20);
  }
  await delay(20); // the last words may still be in the pipe
  throw new Error(`${options.name} ended while starting:\n${running.log()}`);
}

async function end({ child }: Running, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!isAlive(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  child.kill('SIGCONT'); // a paused process would not see SIGTERM
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

/** A thread on another core may answer once more before the signal reaches it (seen: 18 ms). */
function waitUntilStopped(pid: number): void {
  const deadline = performance.now() + 2_000;
  while (isAnyThreadRunning(pid) && performance.now() < deadline);
}

/** False where there is no /proc to tell. */
function isAnyThreadRunning(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return stat[stat.lastIndexOf(')') + 2] !== 'T';
    });
  } catch {
    return false;
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

// Without this a failing test file leaves its servers running. Vitest ends its workers by SIGTERM,
// which by itself runs no exit handler; its main process has a handler of its own.
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
if (process.env['VITEST_WORKER_ID'] !== undefined) process.once('SIGTERM', () => process.exit(143));
