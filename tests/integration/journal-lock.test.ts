import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { acquireLock } from '../../src/journal/lock.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WORKER = join(import.meta.dirname, 'journal-lock-worker.ts');
const started: ChildProcessWithoutNullStreams[] = [];

function start(dir: string, task: string): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, dir, task], { cwd: ROOT });
  child.stderr.pipe(process.stderr);
  started.push(child);
  return child;
}

/** The next line that it says, or undefined when it ends without. */
async function nextLine(child: ChildProcessWithoutNullStreams): Promise<string | undefined> {
  for await (const line of createInterface({ input: child.stdout })) return line;
  return undefined;
}

async function kill(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('promise 4: the lock between processes (fault F18)', () => {
  const options = (dir: string) => ({ dir, name: 'movie:phim-01', what: 'ingesting phim-01' });

  it('a holder that was killed with SIGKILL is replaced at once, without waiting', async () => {
    const dir = join(makeTempDir('lock'), 'locks');
    const holder = start(dir, 'hold');
    expect(await nextLine(holder)).toBe('held');
    await expect(acquireLock(options(dir))).rejects.toMatchObject({
      exit: 'locked',
      message: expect.stringContaining(`pid ${holder.pid} on `),
    });
    await kill(holder, 'SIGKILL');
    expect(readdirSync(dir)).toHaveLength(1); // its claim still stands
    const lock = await acquireLock(options(dir));
    expect(readdirSync(dir)).toHaveLength(1);
    await lock.release();
  });

  it('a holder that is stopped (sleep, Ctrl-Z) keeps it', async () => {
    const dir = join(makeTempDir('lock'), 'locks');
    const holder = start(dir, 'hold');
    expect(await nextLine(holder)).toBe('held');
    holder.kill('SIGSTOP');
    await expect(acquireLock(options(dir))).rejects.toMatchObject({ exit: 'locked' });
  });

  it('of five processes that start together exactly one gets it, the others say who has it', async () => {
    const dir = join(makeTempDir('lock'), 'locks');
    const children = Array.from({ length: 5 }, () => start(dir, 'hold'));
    const lines = await Promise.all(children.map(nextLine));
    const winner = children[lines.indexOf('held')];
    expect(lines.filter((line) => line === 'held')).toHaveLength(1);
    for (const line of lines.filter((said) => said !== 'held')) {
      expect(line).toMatch(
        new RegExp(`^locked: pid ${winner?.pid} on .* is ingesting phim-01 since `),
      );
    }
  });

  it('four processes in turns are never inside together, although one is killed', async () => {
    const dir = join(makeTempDir('lock'), 'locks');
    const victim = start(dir, 'hold');
    expect(await nextLine(victim)).toBe('held');
    const workers = Array.from({ length: 4 }, () => start(dir, '25'));
    const said = workers.map(nextLine);
    await kill(victim, 'SIGKILL');
    expect(await Promise.all(said)).toEqual(['alone', 'alone', 'alone', 'alone']);
    expect(readdirSync(dir)).toEqual([]);
  });
});
