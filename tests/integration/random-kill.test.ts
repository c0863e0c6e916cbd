import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { FolderStore } from '../../src/store/folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { type FilmInStore, filmInStore, lastingPart } from '../helpers/film-in-store.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { CLI, cleanEnv } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startViewer } from '../helpers/viewer.ts';

/** `npm run test:kill -- --runs N --seed S`. */
const RUNS = Number(process.env['KILL_RUNS'] ?? 20);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
/** Run side by side: most of a run is waiting, for processes to start above all. */
const LANES = 2;
const MOST_KILLS = 3;

const s3 = inject('s3');
const places = s3 === undefined ? (['folder'] as const) : (['folder', 'bucket'] as const);

type Place = (typeof places)[number];
type Finished = Readonly<{ film: FilmInStore; document: unknown; elapsedMs: number }>;

let film: string;
let firstHome: string | undefined;
const undisturbed = new Map<Place, Finished>();

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 20 });
  // The first one of all tries the encoders, for all.
  for (const place of [places[0], ...places]) {
    const someone = await openUser(place);
    firstHome ??= someone.user.home;
    const startedAt = performance.now();
    const { exitCode, stderr } = await start(someone.user).running;
    expect(exitCode, stderr).toBe(0);
    undisturbed.set(place, { ...(await look(someone)), elapsedMs: performance.now() - startedAt });
  }
});

type Someone = Readonly<{ user: User; store: Store }>;

async function openUser(place: Place): Promise<Someone> {
  if (place === 'folder' || s3 === undefined) {
    const user = newUser();
    const dir = join(user.library, 'media');
    const publicBaseUrl = 'http://127.0.0.1:4680';
    return { user, store: new FolderStore({ kind: 'folder', dir, publicBaseUrl }) };
  }
  const { settings } = await makeBucket(s3);
  return { user: newUser(s3Env(settings)), store: await openStore(settings, { concurrency: 4 }) };
}

/** In a process group of its own. */
function start(user: User) {
  const [program = '', ...words] = [...CLI, 'add', film];
  // Slugs are locked in the state folder: each user needs one.
  const stateDir = join(user.home, 'state');
  const env = cleanEnv({ ...user.env, MOVIE_INGEST_STATE_DIR: stateDir });
  if (firstHome !== undefined && firstHome !== user.home) {
    cpSync(join(firstHome, 'state/toolchain.json'), join(stateDir, 'toolchain.json'));
  }
  const running = execa(program, words, {
    env,
    extendEnv: false,
    cwd: user.home,
    stdin: 'ignore',
    detached: true,
    reject: false,
  });
  return { running, pid: running.pid ?? 0 };
}

async function look({ user, store }: Someone): Promise<Omit<Finished, 'elapsedMs'>> {
  const document = readFileSync(join(user.library, 'catalog/film.json'), 'utf8');
  return { film: await filmInStore(store, 'film'), document: lastingPart(JSON.parse(document)) };
}

type Run = Readonly<{ number: number; place: Place; kills: readonly Kill[] }>;
type Kill = Readonly<{ afterMs: number; wholeGroup: boolean }>;

/** When it is killed is drawn from the time that an undisturbed run takes. */
function drawRuns(): readonly Run[] {
  const random = seededRandom(SEED);
  return Array.from({ length: RUNS }, (_, number) => {
    const place = places[number % places.length] ?? 'folder';
    const elapsedMs = undisturbed.get(place)?.elapsedMs ?? 0;
    const kills = Array.from({ length: 1 + Math.floor(random() * MOST_KILLS) }, () => ({
      afterMs: random() * elapsedMs,
      wholeGroup: random() < 0.3,
    }));
    return { number, place, kills };
  });
}

async function killAndFinish({ place, kills }: Run): Promise<void> {
  const someone = await openUser(place);
  const viewer = startViewer(someone.store, 'videos/film/master.m3u8');
  try {
    for (const { afterMs, wholeGroup } of kills) {
      const { running, pid } = start(someone.user);
      await Promise.race([running, wait(afterMs)]);
      try {
        process.kill(wholeGroup ? -pid : pid, 'SIGKILL');
      } catch {
        // It was through already.
      }
      await running;
    }
    const { exitCode, stderr } = await start(someone.user).running;
    expect(exitCode, stderr).toBe(0);
  } finally {
    const seen = await viewer.stop();
    expect(seen.holes).toEqual([]);
    expect(seen.masters.length).toBeLessThanOrEqual(1);
  }
  const { elapsedMs: _, ...expected } = undisturbed.get(place) ?? { elapsedMs: 0 };
  expect(await look(someone)).toEqual(expected);
  expect(someone.user.leftovers()).toEqual([]);
}

describe(`promise 4: killed with -9 at random moments, seed ${SEED}`, () => {
  test(`${RUNS} of ${RUNS} films are as if nothing had happened, and no viewer meets a hole`, {
    timeout: 60_000 + RUNS * 60_000,
  }, async () => {
    const left = [...drawRuns()];
    const lane = async () => {
      for (let run = left.shift(); run !== undefined; run = left.shift()) {
        await killAndFinish(run).catch((error: unknown) => {
          throw new Error(`with --seed ${SEED}: ${JSON.stringify(run)}`, { cause: error });
        });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });
});
