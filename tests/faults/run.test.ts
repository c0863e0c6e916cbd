import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject } from 'vitest';
import { eventsOf, eventsOfType } from '../helpers/events-of.ts';
import { familyOf, processesWith } from '../helpers/processes-of.ts';
import { runCli, type startCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { type BucketUser, disturbedFilm } from './bucket-user.ts';
import { chances, isWhole, seed, wholly } from './fault-plan.ts';

const s3 = inject('s3');
const CLOCK_JUMP = pathToFileURL(join(import.meta.dirname, '../fixtures/clock-jump.mjs')).href;
const isLinux = process.platform === 'linux';

describe.skipIf(!isWhole || s3 === undefined)(`a run that is disturbed (seed ${seed})`, () => {
  const { film, newUser, expectUndisturbed } = disturbedFilm(s3);

  /** Nothing of ours runs any more, ffmpeg least of all. */
  const expectNobodyLeft = async (user: BucketUser) => {
    if (isLinux) await until(() => processesWith(user.env['HOME'] ?? '').length === 0);
  };

  const when = (running: ReturnType<typeof startCli>, sign: string, happens: () => void) => {
    let told = '';
    let isDone = false;
    running.stdout?.on('data', (bytes: Buffer) => {
      told += bytes.toString();
      if (isDone || !told.includes(sign)) return;
      isDone = true;
      happens();
    });
  };

  const moments = [
    '"step":"probe"',
    '"type":"probed"',
    '"type":"planned"',
    '"step":"preflight"',
    '"type":"ready"',
    '"step":"encode"',
    '"type":"encoded"',
    '"step":"check"',
    '"type":"checked"',
    '"type":"uploaded"',
    '"step":"publish"',
    '"type":"published"',
    '"type":"saved"',
  ];
  for (const moment of moments) {
    wholly(`F1: kill -9 at ${moment}; the same command finishes the work`, async () => {
      const user = await newUser();
      const running = user.start(film(), '--json');
      when(running, moment, () => running.kill('SIGKILL'));
      const killed = await running;
      expect(killed.stdout).toContain(moment);
      await expectNobodyLeft(user);
      await expectUndisturbed(user, await user.add(film()));
    });
  }

  wholly('F2: kill -9 of each of five runs at a moment of the seed', async () => {
    const user = await newUser();
    const chance = chances('F2');
    for (let run = 0; run < 5; run += 1) {
      const running = user.start(film());
      await Promise.race([running, delay(300 + chance() * 2_500)]);
      running.kill('SIGKILL');
      await running;
    }
    await expectNobodyLeft(user);
    await expectUndisturbed(user, await user.add(film()));
  });

  wholly('F18: five add of one film, and a sync: one works, the others say who (11)', async () => {
    const user = await newUser();
    const runs = await Promise.all([
      ...Array.from({ length: 5 }, () => user.add(film())),
      runCli(['sync'], { env: user.env }),
    ]);
    const synced = runs.pop();
    expect(runs.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 11, 11, 11, 11]);
    const refused = runs.find(({ exitCode }) => exitCode === 11);
    expect(refused?.stderr).toMatch(/process \d+|pid \d+/);
    expect(synced?.exitCode, synced?.stderr).toBe(0);
    const [winner] = runs.filter(({ exitCode }) => exitCode === 0);
    if (winner === undefined) throw new Error('nobody worked');
    await expectUndisturbed(user, winner);
  });

  for (const moment of ['"step":"encode"', '"type":"encoded"']) {
    wholly(`F20: all of it is stopped at ${moment}, and connections die meanwhile`, async () => {
      const user = await newUser();
      const running = user.start(film(), '--json');
      let asleep: Promise<void> | undefined;
      when(running, moment, () => {
        asleep = sleepThrough(running.pid ?? 0, async () => {
          await delay(3_000);
          user.proxy.dropConnections();
        });
      });
      const run = await running;
      await asleep;
      await expectUndisturbed(user, run);
    });
  }

  wholly(
    'F21: the clock jumps ten days ahead in the middle: the store tells the time',
    async () => {
      const gate = join(makeTempDir('gate'), 'open');
      const user = await newUser({
        TZ: 'Pacific/Kiritimati',
        NODE_OPTIONS: `--import ${CLOCK_JUMP}`,
        CLOCK_JUMP_FILE: gate,
        CLOCK_JUMP_MS: String(10 * 86_400_000),
      });
      const running = user.start(film(), '--json');
      when(running, '"type":"ready"', () => writeFileSync(gate, ''));
      const run = await running;
      await expectUndisturbed(user, run);
      expect(eventsOfType(run, 'result')[0]?.elapsed_ms).toBeLessThan(600_000);
    },
  );

  const harms = {
    'cut in half': (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    emptied: (file: string) => truncateSync(file, 0),
    'of a newer version': (file: string) =>
      writeFileSync(file, '{"version":99,"outbox_version":99,"v":99}'),
    'no JSON': (file: string) => writeFileSync(file, '\0\0{"'),
  };
  for (const [how, harm] of Object.entries(harms)) {
    wholly(`F29: every file of state and work is ${how}: derived again`, async () => {
      const stateDir = makeTempDir('state');
      const user = await newUser({ MOVIE_INGEST_STATE_DIR: stateDir });
      const running = user.start(film(), '--json');
      when(running, '"type":"encoded"', () => running.kill('SIGKILL'));
      await running;
      await expectNobodyLeft(user);
      const workDir = user.env['MOVIE_INGEST_WORK_DIR'] ?? '';
      mkdirSync(workDir, { recursive: true });
      for (const dir of [stateDir, workDir]) {
        for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
          if (entry.isFile()) harm(join(entry.parentPath, entry.name));
        }
      }
      const run = await user.add(film(), '--json');
      await expectUndisturbed(user, run);
      expect(eventsOf(run).some(({ type }) => type === 'error')).toBe(false);
    });
  }
});

/** SIGSTOP to a process and all that it started, then SIGCONT after what happens meanwhile. */
async function sleepThrough(pid: number, meanwhile: () => Promise<void>): Promise<void> {
  const family = familyOf(pid);
  const tell = (signal: NodeJS.Signals) => {
    for (const one of family) {
      try {
        process.kill(one, signal);
      } catch {
        // has ended
      }
    }
  };
  tell('SIGSTOP');
  await meanwhile();
  tell('SIGCONT');
}
