import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { FolderStore } from '../../src/store/folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { eventsOf } from '../helpers/events-of.ts';
import { type FilmInStore, filmInStore, lastingPart } from '../helpers/film-in-store.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { processesWith } from '../helpers/processes-of.ts';
import { CLI, cleanEnv } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { startViewer } from '../helpers/viewer.ts';

/** `npm run test:kill -- --runs N --seed S`. */
const RUNS = Number(process.env['KILL_RUNS'] ?? 20);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
/** Run side by side: most of a run is waiting, for processes to start above all. */
const LANES = Number(process.env['KILL_LANES'] ?? 2);
const MOST_KILLS = 3;
/** As fast as it can, a viewer would take the machine from those who are watched. */
const VIEWER_PAUSE_MS = 50;

const BRIEF = resolve(import.meta.dirname, '../fixtures/presets/brief.json');
const CUES = '1\n00:00:01,000 --> 00:00:03,000\nHello\n\n2\n00:00:07,000 --> 00:00:09,000\nYou\n';

/**
 * Ends of stages: half of the kills come at a moment of the whole time, which the encode takes the
 * largest part of; half soon after one of these, so that the short stages are met as often.
 */
const SIGNS = [
  '"type":"planned"',
  '"step":"encode"',
  '"type":"encoded"',
  '"type":"checked"',
  '"type":"uploaded"',
  '"step":"publish"',
  '"type":"published"',
  '"step":"catalog"',
  '"type":"saved"',
] as const;
const SOON_MS = 400;
type Sign = (typeof SIGNS)[number];

const s3 = inject('s3');
const places = s3 === undefined ? (['folder'] as const) : (['folder', 'bucket'] as const);

type Place = (typeof places)[number];
type Finished = Readonly<{ film: FilmInStore; poster: string; document: unknown }>;

let film: string;
let firstHome: string | undefined;
const undisturbed = new Map<Place, Finished>();
const lastedMs = new Map<Place, number>();

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({
    dir,
    name: 'film.mp4',
    width: 160,
    height: 90,
    rate: '12',
    seconds: 14,
    videoArgs: ['-g', '24'],
  });
  writeFileSync(join(dir, 'film.en.srt'), CUES);
  // The first one of all tries the encoders, for all.
  const first = await openUser('folder');
  await finish(first);
  firstHome = first.user.home;
  const addUndisturbed = async (place: Place) => {
    const someone = await openUser(place);
    lastedMs.set(place, await finish(someone));
    undisturbed.set(place, await look(someone));
  };
  // Side by side, as all that follow.
  await Promise.all(places.map(addUndisturbed));
  const kinds = /90p\/seg|44p\/seg|audio-.*\/seg|subs-.*vtt|storyboard\/sheet|manifest|master/;
  const made = undisturbed.get(places[0])?.film.keys.flatMap((key) => key.match(kinds) ?? []);
  expect(new Set(made?.map((kind) => kind.replace(/-[a-z]+/, '')))).toHaveProperty('size', 7);
}, 600_000);

type Someone = Readonly<{ user: User; store: Store }>;

async function openUser(place: Place): Promise<Someone> {
  if (place === 'folder' || s3 === undefined) {
    const user = newUser({ MOVIE_INGEST_PRESET: BRIEF });
    const dir = join(user.library, 'media');
    const publicBaseUrl = 'http://127.0.0.1:4680';
    return { user, store: new FolderStore({ kind: 'folder', dir, publicBaseUrl }) };
  }
  const { settings } = await makeBucket(s3);
  const user = newUser({ ...s3Env(settings), MOVIE_INGEST_PRESET: BRIEF });
  return { user, store: await openStore(settings, { concurrency: 4 }) };
}

/** In a process group of its own. */
function start(user: User) {
  const [program = '', ...words] = [...CLI, 'add', film, '--json'];
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

/** Runs to the end, and answers with the time that it took. */
async function finish({ user }: Someone): Promise<number> {
  const startedAt = performance.now();
  const { exitCode, stderr } = await start(user).running;
  expect(exitCode, stderr).toBe(0);
  return performance.now() - startedAt;
}

const documentPath = ({ library }: User) => join(library, 'catalog/film.json');

async function look({ user, store }: Someone): Promise<Finished> {
  const poster = await store.get('posters/film.jpg', { signal: AbortSignal.timeout(60_000) });
  return {
    film: await filmInStore(store, 'film'),
    poster: poster?.toString('base64') ?? 'none',
    document: lastingPart(JSON.parse(readFileSync(documentPath(user), 'utf8'))),
  };
}

type Run = Readonly<{ number: number; place: Place; kills: readonly Kill[] }>;
type Kill = Readonly<{
  /** After so much of the time that an undisturbed run takes, or so soon after a line of --json. */
  moment: Readonly<{ part: number } | { sign: Sign; ms: number }>;
  wholeGroup: boolean;
}>;

function drawRuns(): readonly Run[] {
  const random = seededRandom(SEED);
  return Array.from({ length: RUNS }, (_, number) => ({
    number,
    place: places[number % places.length] ?? 'folder',
    kills: Array.from({ length: 1 + Math.floor(random() * MOST_KILLS) }, () => {
      const isBySign = random() < 0.5;
      const sign = SIGNS[Math.floor(random() * SIGNS.length)] ?? SIGNS[0];
      const where = random();
      const wholeGroup = random() < 0.3;
      return { moment: isBySign ? { sign, ms: where * SOON_MS } : { part: where }, wholeGroup };
    }),
  }));
}

/** Where the kills have met the runs: the last line that each had written, and how often. */
const met = new Map<string, number>();

/** False where the run was through before its moment came. */
async function killOnce(user: User, place: Place, { moment, wholeGroup }: Kill): Promise<boolean> {
  const { running, pid } = start(user);
  const comes = async () => {
    if ('part' in moment) return wait(moment.part * (lastedMs.get(place) ?? 0));
    let told = '';
    await new Promise<void>((isTold) =>
      running.stdout.on('data', (bytes: Buffer) => {
        told += bytes.toString();
        if (told.includes(moment.sign)) isTold();
      }),
    );
    await wait(moment.ms);
  };
  await Promise.race([running, comes()]);
  try {
    process.kill(wholeGroup ? -pid : pid, 'SIGKILL');
  } catch {
    // It was through already.
  }
  const { signal, stdout } = await running;
  if (signal !== 'SIGKILL') return false;
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1); // the last line may be cut off
  const last = eventsOf({ stdout: whole }).at(-1);
  const stage = last === undefined ? 'start' : last.type === 'step' ? last.step : last.type;
  met.set(stage, (met.get(stage) ?? 0) + 1);
  return true;
}

/** False where each run was through before its moment came, as on a machine that is idle again. */
async function killAndFinish({ place, kills }: Run): Promise<boolean> {
  const someone = await openUser(place);
  const { user, store } = someone;
  const viewer = startViewer(store, 'videos/film/master.m3u8', {
    pauseMs: VIEWER_PAUSE_MS,
    isListed: () => existsSync(documentPath(user)),
  });
  let hits = 0;
  try {
    for (const kill of kills) if (await killOnce(user, place, kill)) hits += 1;
    // A film of 14 s that is gone on with takes nearly as long: kills keep pace with a machine that is
    // busier by now, instead of meeting all runs at their start.
    lastedMs.set(place, ((lastedMs.get(place) ?? 0) + (await finish(someone))) / 2);
  } finally {
    const seen = await viewer.stop();
    expect(seen.holes).toEqual([]);
    expect(seen.masters.length).toBeLessThanOrEqual(1);
  }
  expect(await look(someone)).toEqual(undisturbed.get(place));
  expect(user.leftovers()).toEqual([]);
  if (process.platform === 'linux') await until(() => processesWith(user.home).length === 0);
  return hits > 0;
}

/** Somewhat earlier: what was too late once. */
function earlier({ kills, ...run }: Run): Run {
  const sooner = ({ moment }: Kill) =>
    'part' in moment ? { part: moment.part / 2 } : { ...moment, ms: moment.ms / 2 };
  return { ...run, kills: kills.map((kill) => ({ ...kill, moment: sooner(kill) })) };
}

describe(`promise 4: killed with -9 at random moments, seed ${SEED}`, () => {
  test(`${RUNS} of ${RUNS} films are as if nothing had happened, and no viewer meets a hole`, {
    timeout: 60_000 + RUNS * 120_000,
  }, async () => {
    const left = [...drawRuns()];
    let done = 0;
    const lane = async () => {
      for (let run = left.shift(); run !== undefined; run = left.shift()) {
        const wasKilled = await killAndFinish(run).catch((error: unknown) => {
          throw new Error(`with --seed ${SEED}: ${JSON.stringify(run)}`, { cause: error });
        });
        if (!wasKilled) left.push(earlier(run));
        else done += 1;
        if (done % 20 === 0) console.info(`${done} of ${RUNS}`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(done).toBe(RUNS);
    const stages = [...met].toSorted(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${n}`);
    console.info(`${RUNS} runs, seed ${SEED}; killed at: ${stages.join(', ')}`);
  });
});
