import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './run.mjs';
import { say } from './say.mjs';

const LOCK = join(ROOT, '.cache', 'set-up.lock');

/**
 * One set-up at a time in this folder: two `npm install` at once leave neither a whole. Waits for the other
 * as long as its process lives; a lock whose process is gone is taken over at once.
 */
export async function withLock(work) {
  let hasTold = false;
  while (!take()) {
    if (!hasTold) say('Waiting for another set-up in this folder …');
    hasTold = true;
    await delay(200);
  }
  const release = () => rmSync(LOCK, { recursive: true, force: true });
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** The folder appears with the holder's pid in it, by one rename: nobody sees it without. */
function take() {
  const mine = `${LOCK}.${process.pid}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'pid'), String(process.pid));
  try {
    renameSync(mine, LOCK);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    if (!holderLives()) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
