import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startTimeFromPs } from '../../src/ffmpeg/process-start-time.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('ps tells when a process started, the same in every time zone (fault F21)', async () => {
  const mine = await startTimeFromPs(process.pid);
  expect(mine).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}$/);
  process.env['TZ'] = 'Asia/Ho_Chi_Minh';
  expect(await startTimeFromPs(process.pid)).toBe(mine);
});

test('two processes that did not start in the same second differ; one that is gone has none', async () => {
  const early = spawn('sleep', ['30']);
  await delay(1_100); // of the clock that is asked about
  const late = spawn('sleep', ['30']);
  const [first, second] = await Promise.all(
    [early, late].map(({ pid = 0 }) => startTimeFromPs(pid)),
  );
  expect(first).not.toBe(second);
  const gone = Promise.all([once(early, 'exit'), once(late, 'exit')]);
  early.kill('SIGKILL');
  late.kill('SIGKILL');
  await gone;
  expect(await startTimeFromPs(early.pid ?? 0)).toBeUndefined();
});
