import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IngestError } from '../../src/errors.ts';
import { acquireLock } from '../../src/journal/lock.ts';

/**
 * A process of its own for journal-lock.test.ts: `<dir> hold` takes the lock and keeps it until stdin
 * ends; `<dir> <n>` takes it n times and proves each time that nobody else has it.
 */
const [dir = '', task = ''] = process.argv.slice(2);
const options = { dir, name: 'movie:phim-01', what: 'ingesting phim-01' };

/** Made with `wx`: it fails when two are inside. A killed one leaves its own, which is no violation. */
async function proveAlone(): Promise<void> {
  const lock = await acquireLock({ ...options, waitMs: 60_000 });
  const inside = join(dir, '..', 'inside');
  try {
    writeFileSync(inside, String(process.pid), { flag: 'wx' });
  } catch {
    process.stdout.write(`met another\n`);
  }
  await new Promise((resolve) => setImmediate(resolve));
  rmSync(inside, { force: true });
  await lock.release();
}

try {
  if (task === 'hold') {
    const lock = await acquireLock(options);
    process.stdout.write('held\n');
    for await (const _ of process.stdin);
    await lock.release();
  } else {
    for (let n = 0; n < Number(task); n += 1) await proveAlone();
    process.stdout.write('alone\n');
  }
} catch (error) {
  if (!(error instanceof IngestError)) throw error;
  process.stdout.write(`${error.exit}: ${error.message}\n`);
}
