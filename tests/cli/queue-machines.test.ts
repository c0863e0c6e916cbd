import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endMachines, type Machine, machine } from '../helpers/machine.ts';
import { openShelf } from '../helpers/open-shelf.ts';
import { writeProgram } from '../helpers/program.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';

/** What is different from one machine to the next: folders, disks, desktops. */
describe.skipIf(await isMissing('redis'))('machines that share a queue', () => {
  const { film, shared } = openShelf();
  const job = async (here: Machine) =>
    JSON.parse((await here.run(['queue', 'ls', '--json'])).stdout);
  const why = async (here: Machine): Promise<string> => (await job(here)).why ?? '';

  test('a folder of the same path on another machine is another library', async () => {
    const places = shared();
    const here = machine(places);
    expect(await here.run(['add', film])).toMatchObject({ exitCode: 0 });
    const { MOVIE_INGEST_LIBRARY: library } = places;
    renameSync(library, `${library}-of-the-other`);
    mkdirSync(library);
    const worker = await here.worker();
    await until(async () => /others than those of the same name/.test(await why(here)));
    worker.kill('SIGTERM');
    await worker.ended;
    // Where it is truly mounted, it is the library under any path.
    const there = machine({ ...places, MOVIE_INGEST_LIBRARY: `${library}-of-the-other` });
    const right = await there.worker();
    await until(() => /phim-01\/master\.m3u8/.test(right.said()));
  });

  test('a worker whose disk is full gives the film back, and does not begin it again at once', async () => {
    const places = shared();
    const workDir = makeTempDir('small');
    const disk = await mountSmallDisk(workDir, 'size=64k');
    if (disk === undefined) return;
    try {
      const here = machine(places);
      const full = await machine({ ...places, MOVIE_INGEST_WORK_DIR: workDir }).worker();
      await here.run(['add', film]);
      await until(async () => (await job(here)).handedBack >= 4);
      expect(await why(here)).toMatch(/not enough disk space/);
      const { started, handedBack } = await job(here);
      const starts = full.said().match(/phim-01 state=started/g) ?? [];
      expect(starts.length).toBeLessThan(handedBack); // on a slow machine its pause may be over by now
      expect(started).toBe(0);
      const other = await here.worker();
      await until(() => /phim-01\/master\.m3u8/.test(other.said()));
    } finally {
      await endMachines();
      await disk.unmount();
    }
  });

  test('a worker whose films are played from another address gives them back', async () => {
    const places = shared();
    const here = machine(places);
    await here.run(['add', film]);
    await machine({ ...places, MOVIE_INGEST_PUBLIC_URL: 'https://other.example.com' }).worker();
    await until(async () => /played from https:\/\/other\.example\.com/.test(await why(here)));
  });

  test('--notify tells how a followed film ended, and is refused where nobody follows', async () => {
    const places = shared();
    const bin = makeTempDir('bin');
    const log = join(bin, 'log');
    writeProgram(
      bin,
      'notify-send',
      `require('fs').appendFileSync(${JSON.stringify(log)}, args.join(' '));`,
    );
    const desktop = { PATH: `${bin}:${process.env['PATH']}` };
    const here = machine({ ...places, ...desktop });
    const refused = await here.run(['add', '--notify', film]);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--notify needs --wait'),
    });
    await here.worker();
    expect(await here.run(['add', '--notify', '--wait', film])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(log, 'utf8')).toContain('Done: Phim 01');
  });
});
