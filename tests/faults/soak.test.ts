import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Collection, MongoClient } from 'mongodb';
import { describe, expect, inject } from 'vitest';
import type { ProxyFault } from '../helpers/fault-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { startMongod } from '../servers/mongod.ts';
import { type BucketUser, bucketUser, expectTidy } from './bucket-user.ts';
import { chances, isWhole, seed, wholly } from './fault-plan.ts';

const s3 = inject('s3');
/** 200 with npm run test:faults -- --films 200: a quarter of an hour. */
const FILMS = Number(process.env['FAULT_FILMS'] ?? 16);
const FAULTS: readonly ProxyFault[] = [
  { status: 503, code: 'SlowDown' },
  { status: 500, code: 'InternalError' },
  'reset',
  'lost reply',
  'corrupt',
];

describe.skipIf(!isWhole || s3 === undefined || (await isMissing('mongod')))('a soak', () => {
  wholly(
    `F30: ${FILMS} films, each with a fault of seed ${seed}; then a clean pass: all of them in, verified, nothing else`,
    async () => {
      if (s3 === undefined) return;
      const films = await makeFilms(FILMS);
      const mongod = await startMongod();
      const user = await bucketUser(s3, { MONGODB_URI: mongod.uri, MONGODB_DB: 'films' });
      const client = await MongoClient.connect(mongod.uri);
      const movies = client.db('films').collection('movies');
      try {
        const chance = chances('soak');
        for (const film of films) await disturb(film, { user, chance, mongod });
        user.proxy.fail(() => undefined);
        const last = await runCli(['add', ...films], { env: user.env });
        expect(last.exitCode, last.stderr).toBe(0);
        await expectAllIn(user, movies);
      } finally {
        await client.close();
        await user.stop();
        await mongod.stop();
      }
    },
    FILMS * 60_000,
  );
});

async function expectAllIn(user: BucketUser, movies: Collection): Promise<void> {
  expect(await movies.countDocuments({ status: 'ready' })).toBe(FILMS);
  expect(await movies.countDocuments({})).toBe(FILMS);
  const verified = await runCli(['verify', '--all'], { env: user.env });
  expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
  const synced = await runCli(['sync', '--check'], { env: user.env });
  expect(synced.exitCode, synced.stdout + synced.stderr).toBe(0);
  await expectTidy(user, { kills: FILMS });
}

type Means = Readonly<{
  user: BucketUser;
  chance: () => number;
  mongod: Awaited<ReturnType<typeof startMongod>>;
}>;

/** One run that meets a killing, a faulty store, or a database that is away for a moment. */
async function disturb(film: string, { user, chance, mongod }: Means): Promise<void> {
  const kind = chance();
  const share = 0.1 + chance() * 0.5;
  const fault = FAULTS[Math.floor(chance() * FAULTS.length)] ?? 'reset';
  const luck = chances(film);
  user.proxy.fail(() => (kind < 0.4 && luck() < share ? fault : undefined));
  const running = user.start(film, '--max-outage', '20s');
  const atMs = 300 + chance() * 2_500;
  if (kind >= 0.4 && kind < 0.8) {
    await Promise.race([running, delay(atMs)]);
    running.kill('SIGKILL');
  } else if (kind >= 0.8) {
    await Promise.race([running, delay(atMs)]);
    await mongod.kill();
    await delay(1_000);
    await mongod.restart();
  }
  const { exitCode } = await running;
  // Whatever it was: a code of the table, never a fault of ours.
  expect([undefined, 0, 6, 7]).toContain(exitCode);
}

/** Short films that differ: an empty box at the end makes each another file. */
async function makeFilms(count: number): Promise<readonly string[]> {
  const dir = makeTempDir('films');
  const clip = await makeClip({ dir, name: 'clip.mp4', width: 160, height: 90, seconds: 5 });
  return Array.from({ length: count }, (_, index) => {
    const film = join(dir, `film-${index}.mp4`);
    copyFileSync(clip, film);
    const box = Buffer.alloc(16);
    box.writeUInt32BE(box.length, 0);
    box.write('free', 4);
    box.writeUInt32BE(index + 1, 8);
    writeFileSync(film, box, { flag: 'a' });
    return film;
  });
}
