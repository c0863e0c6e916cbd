import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepAwake } from '../../src/ffmpeg/keep-awake.ts';
import { writeProgram } from '../helpers/program.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

/** No Mac here: a program that notes how it was called and stays, as caffeinate does. */
function caffeinate() {
  const dir = makeTempDir('caffeinate');
  const log = join(dir, 'called');
  const script = `require('node:fs').writeFileSync(${JSON.stringify(log)}, args.join(' ')); setInterval(() => {}, 1000);`;
  writeProgram(dir, 'caffeinate', script);
  return {
    program: join(dir, 'caffeinate'),
    called: () => existsSync(log) && readFileSync(log, 'utf8'),
  };
}

describe('a Mac at work', () => {
  test('is kept awake for as long as this process lives, or until it is told', async () => {
    const { program, called } = caffeinate();
    const stop = new AbortController();
    const kept = keepAwake({ platform: 'darwin', program, signal: stop.signal });
    await until(() => called() !== false);
    expect(called()).toBe(`-i -w ${process.pid}`);
    stop.abort();
    await kept;
  });

  test('elsewhere, and without the program, nothing is started', async () => {
    const { program, called } = caffeinate();
    const { signal } = new AbortController();
    await keepAwake({ platform: 'linux', program, signal });
    await keepAwake({ platform: 'darwin', program: '/nowhere/caffeinate', signal });
    expect(called()).toBe(false);
  });
});
