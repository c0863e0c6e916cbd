import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';
import { readRevision } from '../../src/hls/read-playlist.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { lastingPart } from '../helpers/film-in-store.ts';
import { endMachines, type Machine, machine, type Running } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startViewer } from '../helpers/viewer.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';

export type FleetOptions = Readonly<{
  films: number;
  workers: number;
  /** Of what is done to the workers, and when. */
  seed: number;
  /** Blows in all: on a machine that is slower than they come nothing would ever be made. */
  mostBlows: number;
  /** Between two blows, at least and at most. */
  pauseMs: readonly [number, number];
  /** `MOVIE_INGEST_QUEUE_LOCK`. */
  lock: string;
  /** How long a stopped worker sleeps: longer than the lock. */
  sleepMs: number;
  giveUpAfterMs: number;
}>;

export type FleetOutcome = Readonly<{
  /** What was done, in order: `kill worker 2`. */
  blows: readonly string[];
  /** Films that more than one worker began with, by what their jobs say. */
  interrupted: readonly string[];
  /** Documents by slug, without what no two runs have in common. */
  documents: ReadonlyMap<string, unknown>;
  /** The same films, made one after the other by nobody else. */
  undisturbed: ReadonlyMap<string, unknown>;
  /** Films whose document tells of another revision than viewers get. */
  torn: readonly string[];
  /** What viewers met: objects that a playlist named and that were not there. */
  holes: readonly string[];
  /** Films of which a viewer saw more than one master. */
  publishedTwice: readonly string[];
  /** Exit code and words of `verify` after all. */
  verified: Readonly<{ exitCode: number | undefined; stdout: string }>;
  /** What stands in the bucket after two passes of `sync --prune` and belongs to no published film. */
  orphans: readonly string[];
  seconds: number;
}>;

/** Pauses between two looks of an operator at what has failed. */
const OPERATOR_LOOKS = 10;

type Blow = 'kill' | 'stop' | 'terminate' | 'redis';

/** Films, staged in the bucket, over workers that are killed, put to sleep and stopped, and a Redis that is restarted, at random. */
export async function runFleet(options: FleetOptions): Promise<FleetOutcome> {
  const s3 = inject('s3');
  const mongod = inject('mongod');
  if (s3 === undefined || mongod === undefined) throw new Error('no servers');
  const startedAt = performance.now();
  const db = `fleet_${process.pid}_${options.seed}`;
  const mongo = await MongoClient.connect(mongod.uri);
  const bucket = await makeBucket(s3);
  let redis = await startRedis({ persists: true });
  const store = await openStore(bucket.settings, { concurrency: 4 });
  try {
    const films = await makeFilms(options.films);
    const shared = {
      ...s3Env(bucket.settings),
      MONGODB_URI: mongod.uri,
      MONGODB_DB: db,
      MOVIE_INGEST_PRESET: TINY,
      MOVIE_INGEST_COPY: 'never',
      MOVIE_INGEST_QUEUE: redis.url,
      MOVIE_INGEST_QUEUE_LOCK: options.lock,
    };
    const crew = new Crew(options.workers, shared);
    const own = machine(shared);
    await crew.startAll();
    const handed = await own.run(['add', '--stage', ...films]);
    if (handed.exitCode !== 0) throw new Error(`not handed in: ${handed.stderr}`);
    const movies = mongo.db(db).collection('movies');
    const slugs = films.map((_, nth) => slugOf(nth));
    const viewers = slugs.map((slug) =>
      startViewer(store, `videos/${slug}/master.m3u8`, {
        pauseMs: 500,
        limitMs: options.giveUpAfterMs + 60_000,
      }),
    );
    const random = seededRandom(options.seed);
    const blows: string[] = [];
    let looks = 0;
    const isDone = async () => (await movies.countDocuments()) >= films.length;
    const deadline = Date.now() + options.giveUpAfterMs;
    while (!(await isDone()) && Date.now() < deadline) {
      const [least, most] = options.pauseMs;
      await delay(least + random() * (most - least));
      looks += 1;
      // Whoever lost three workers is taken for poison, and waits for somebody who knows better.
      if (looks % OPERATOR_LOOKS === 0) await own.run(['queue', 'retry']);
      if (blows.length >= options.mostBlows) continue;
      const blow = (['kill', 'stop', 'terminate', 'redis'] as const)[Math.floor(random() * 4)];
      const nth = Math.floor(random() * options.workers);
      blows.push(`${blow}${blow === 'redis' ? '' : ` worker ${nth + 1}`}`);
      if (blow === 'redis') redis = await restart(redis);
      else if (blow !== undefined) await crew.strike(nth, blow, options.sleepMs);
    }
    const { stdout } = await own.run(['queue', 'ls', '--json']);
    await crew.end();
    const seen = await Promise.all(viewers.map((viewer) => viewer.stop()));
    for (const _pass of [1, 2]) await own.run(['sync', '--prune', '--grace', '0s', '--json']);
    const verified = await own.run(['verify', '--all', '--json']);
    const documents = new Map<string, unknown>();
    const torn: string[] = [];
    const known = new Set<string>();
    for (const document of await movies.find().toArray()) {
      const slug = String(document['slug']);
      documents.set(slug, comparable(document));
      const master = (await store.get(`videos/${slug}/master.m3u8`, {}))?.toString() ?? '';
      if (readRevision(master) !== document['revision']) torn.push(slug);
      const manifestKey = `videos/${slug}/${document['revision']}/manifest.json`;
      const manifest = JSON.parse((await store.get(manifestKey, {}))?.toString() ?? '{}');
      for (const { key } of manifest.objects ?? []) known.add(key);
      known.add(manifestKey).add(`videos/${slug}/master.m3u8`);
    }
    const orphans: string[] = [];
    for await (const { key } of store.list('', {})) if (!known.has(key)) orphans.push(key);
    return {
      blows,
      interrupted: interruptedFilms(stdout),
      documents,
      undisturbed: await makeUndisturbed(films, { shared, s3, mongo, db: `${db}_alone` }),
      torn,
      holes: seen.flatMap(({ holes }) => holes),
      publishedTwice: slugs.filter((_, nth) => (seen[nth]?.masters.length ?? 0) > 1),
      verified,
      orphans,
      seconds: (performance.now() - startedAt) / 1_000,
    };
  } finally {
    await endMachines();
    await redis.stop();
    await store.close();
    for (const name of [db, `${db}_alone`]) await mongo.db(name).dropDatabase();
    await mongo.close();
  }
}

function interruptedFilms(listed: string): readonly string[] {
  const jobs = listed.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return jobs.flatMap(({ slug, started }) => (started > 1 ? [slug] : []));
}

function slugOf(nth: number): string {
  return `phim-${String(nth + 1).padStart(2, '0')}`;
}

/** Each of another length, so each another film; of several segments, so that there is what to go on from. */
async function makeFilms(count: number): Promise<readonly string[]> {
  const dir = makeTempDir('fleet-films');
  const films: string[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const seconds = 14 + nth / 12;
    const name = `Phim ${slugOf(nth).slice(5)}.mp4`;
    films.push(await makeClip({ dir, name, width: 160, height: 90, rate: '12', seconds }));
  }
  return films;
}

async function restart(redis: RedisServer): Promise<RedisServer> {
  await redis.stop();
  await delay(500);
  return startRedis({ persists: true, port: redis.port, dir: redis.dir });
}

/** Workers on machines of their own. One that was ended is started anew on its machine. */
class Crew {
  readonly #machines: readonly Machine[];
  readonly #workers: Running[] = [];
  readonly #asleep = new Map<number, NodeJS.Timeout>();

  constructor(count: number, shared: Readonly<Record<string, string>>) {
    this.#machines = Array.from({ length: count }, () => machine(shared));
  }

  async startAll(): Promise<void> {
    for (const [nth, one] of this.#machines.entries()) this.#workers[nth] = await one.worker();
  }

  async strike(nth: number, blow: Exclude<Blow, 'redis'>, sleepMs: number): Promise<void> {
    const worker = this.#workers[nth];
    const here = this.#machines[nth];
    if (worker === undefined || here === undefined) return;
    this.#wake(nth);
    if (blow === 'stop') {
      worker.kill('SIGSTOP');
      this.#asleep.set(
        nth,
        setTimeout(() => this.#wake(nth), sleepMs),
      );
      return;
    }
    worker.kill(blow === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await worker.ended;
    this.#workers[nth] = here.start(['worker']);
  }

  async end(): Promise<void> {
    for (const nth of this.#workers.keys()) this.#wake(nth);
    for (const worker of this.#workers) worker.kill('SIGTERM');
    await Promise.all(this.#workers.map(({ ended }) => ended));
  }

  #wake(nth: number): void {
    clearTimeout(this.#asleep.get(nth));
    this.#asleep.delete(nth);
    this.#workers[nth]?.kill('SIGCONT');
  }
}

type Alone = Readonly<{
  shared: Readonly<Record<string, string>>;
  s3: NonNullable<ReturnType<typeof inject<'s3'>>>;
  mongo: MongoClient;
  db: string;
}>;

async function makeUndisturbed(
  films: readonly string[],
  { shared, s3, mongo, db }: Alone,
): Promise<ReadonlyMap<string, unknown>> {
  const { settings } = await makeBucket(s3);
  const { MOVIE_INGEST_QUEUE: _, MOVIE_INGEST_QUEUE_LOCK: _lock, ...rest } = shared;
  const home = makeTempDir('alone');
  const state = { MOVIE_INGEST_STATE_DIR: join(home, 'state') };
  const env = { ...rest, ...s3Env(settings), ...state, MONGODB_DB: db, HOME: home };
  const { exitCode, stderr } = await runCli(['add', ...films], { env });
  if (exitCode !== 0) throw new Error(`not made alone: ${stderr}`);
  const documents = await mongo.db(db).collection('movies').find().toArray();
  return new Map(documents.map((document) => [String(document['slug']), comparable(document)]));
}

/** A film that was taken over stands under another revision, with the same in it. */
function comparable(document: unknown): unknown {
  const text = JSON.stringify(lastingPart(document));
  return JSON.parse(text.replaceAll(/r-[0-9a-f]{10}(?:-\d+)?/g, 'REVISION'));
}
