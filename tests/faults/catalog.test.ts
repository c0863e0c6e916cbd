import { type Collection, MongoClient } from 'mongodb';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, eventsOfType } from '../helpers/events-of.ts';
import { startForgetfulMongo } from '../helpers/forgetful-mongo.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { type Mongod, type MongodOptions, startMongod } from '../servers/mongod.ts';
import { freePort } from '../servers/server-process.ts';
import { startToxiproxy } from '../servers/toxiproxy.ts';
import { wholeGroup, wholly } from './fault-plan.ts';

describe.skipIf(await isMissing('mongod'))('a film on its way to a real MongoDB', () => {
  const films: string[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  const stateDir = makeTempDir('state');

  beforeAll(async () => {
    const dir = makeTempDir('films');
    for (const name of ['film.mp4', 'other.mp4']) {
      const seconds = name === 'film.mp4' ? 8 : 5;
      films.push(await makeClip({ dir, name, width: 160, height: 90, seconds }));
    }
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  type Setting = Readonly<{ mongod: Mongod; movies: Collection; user: User }>;

  const setUp = async (options: MongodOptions = {}): Promise<Setting> => {
    const mongod = await startMongod(options);
    closers.push(() => mongod.stop());
    const client = new MongoClient(mongod.uri, { serverSelectionTimeoutMS: 60_000 });
    closers.push(() => client.close());
    return { mongod, movies: client.db('films').collection('movies'), user: userOf(mongod.uri) };
  };
  const userOf = (uri: string) =>
    newUser({ MONGODB_URI: uri, MONGODB_DB: 'films', MOVIE_INGEST_STATE_DIR: stateDir });
  const add = (user: User, ...words: readonly string[]) =>
    runCli(['add', ...(words.length > 0 ? words : films.slice(0, 1)), '--json'], user);
  const sync = (user: User) => runCli(['sync', '--json'], user);

  /** `add film`, during which `happens` begins with the first event of this type. */
  const addWhile = async (
    user: User,
    type: string,
    happens: (adding: ReturnType<typeof startCli>) => unknown,
  ) => {
    const running = startCli(['add', films[0] ?? '', '--json'], user);
    let isBegun = false;
    let happening: unknown;
    running.stdout?.on('data', (bytes: Buffer) => {
      if (isBegun || !bytes.toString().includes(`"type":"${type}"`)) return;
      isBegun = true;
      happening = happens(running);
    });
    const { exitCode, stdout, stderr } = await running;
    await happening;
    expect(isBegun, stdout).toBe(true);
    return { exitCode, stdout, stderr };
  };

  /** The film is safe and its document waits: `sync` delivers it, and encodes nothing. */
  const expectWaiting = async (
    user: User,
    run: { exitCode: number | undefined; stdout: string },
  ) => {
    expect(run.exitCode, run.stdout).toBe(7);
    const [error] = eventsOfType(run, 'error');
    expect(error?.cause).toContain('published and safe');
    expect(error?.fix).toContain('movie-ingest sync');
    expect(user.published()).toEqual(['film']);
  };
  const expectDelivered = async ({ movies, user }: Setting) => {
    const synced = await sync(user);
    expect(synced.exitCode, synced.stdout).toBe(0);
    expect(eventsOfType(synced, 'step').filter(({ step }) => step === 'encode')).toEqual([]);
    expect(await movies.countDocuments({ slug: 'film', status: 'ready' })).toBe(1);
    const again = await add(user);
    expect(eventsOfType(again, 'result')[0]?.outcome, again.stdout).toBe('unchanged');
  };
  const expectToldEarly = (run: { exitCode: number | undefined; stdout: string }, exit: number) => {
    expect(run.exitCode, run.stdout).toBe(exit);
    expect(eventsOf(run).map(({ type }) => type)).not.toContain('planned');
  };

  wholeGroup('before the encode: told within seconds, and nothing is encoded', () => {
    wholly('F12: nobody listens there: 7', async () => {
      const run = await add(userOf(`mongodb://127.0.0.1:${await freePort()}/`));
      expectToldEarly(run, 7);
    });

    wholly('F12: it hangs (SIGSTOP): 7', async () => {
      const { mongod, user } = await setUp();
      await add(user, films[1] ?? '');
      mongod.pause();
      const startedAt = performance.now();
      const run = await add(user);
      const elapsedMs = performance.now() - startedAt;
      mongod.resume();
      expectToldEarly(run, 7);
      expect(elapsedMs).toBeLessThan(30_000); // 8 s on a machine that does nothing else
    });

    wholly('F12: a user who may only read: 8', async () => {
      const { mongod } = await setUp({ auth: true });
      const root = await MongoClient.connect(mongod.uri);
      await root.db('films').command({ createUser: 'reader', pwd: 'word', roles: ['read'] });
      await root.close();
      const run = await add(
        userOf(
          `mongodb://reader:word@127.0.0.1:${mongod.port}/?directConnection=true&authSource=films`,
        ),
      );
      expect(run.exitCode, run.stdout).toBe(8);
      expect(eventsOfType(run, 'encoded')).toEqual([]);
    });

    wholly('F13: no primary: 7', async () => {
      const { mongod, movies, user } = await setUp({ replicaSet: true });
      await stepDown(movies, 60);
      const uri = `mongodb://127.0.0.1:${mongod.port}/?replicaSet=rs0`;
      const run = await add(newUser({ ...user.env, MONGODB_URI: uri }));
      expectToldEarly(run, 7);
    });
  });

  describe('after the encode: the film is safe, the document waits, sync delivers it', () => {
    wholly('F12: killed between the encode and the write', async () => {
      const setting = await setUp();
      const run = await addWhile(setting.user, 'encoded', () => setting.mongod.kill());
      await expectWaiting(setting.user, run);
      await setting.mongod.restart();
      await expectDelivered(setting);
    });

    wholly('F12: it hangs', async () => {
      const setting = await setUp();
      const run = await addWhile(setting.user, 'encoded', () => setting.mongod.pause());
      setting.mongod.resume();
      await expectWaiting(setting.user, run);
      await expectDelivered(setting);
    });

    test('F12: a validator refuses all: each film is published, and the batch goes to its end', async () => {
      const setting = await setUp();
      const { movies, user } = setting;
      const refusing = { $jsonSchema: { required: ['shelf_mark'] } };
      await movies.db.createCollection('movies', { validator: refusing });
      const run = await add(user, ...films);
      expect(run.exitCode, run.stdout).toBe(3);
      expect(eventsOfType(run, 'error').map(({ code }) => code)).toEqual(['catalog', 'catalog']);
      expect(eventsOfType(run, 'error')[0]?.cause).toContain('shelf_mark is missing');
      expect(user.published()).toEqual(['film', 'other']);
      await movies.db.command({ collMod: 'movies', validator: {} });
      await expectDelivered(setting);
      expect(await movies.countDocuments({ slug: 'other' })).toBe(1);
    });

    wholly('F12: a unique index of somebody else refuses one film of a batch', async () => {
      const setting = await setUp();
      const { movies, user } = setting;
      await movies.createIndex({ description: 1 }, { unique: true, name: 'mine' });
      const run = await add(user, ...films); // neither has a description
      expect(run.exitCode, run.stdout).toBe(3);
      expect(eventsOfType(run, 'result')).toHaveLength(1);
      expect(eventsOfType(run, 'error')[0]?.message).toContain('the same description');
      expect(user.published()).toEqual(['film', 'other']);
      await movies.dropIndex('mine');
      const synced = await sync(user);
      expect(synced.exitCode, synced.stdout).toBe(0);
      expect(await movies.countDocuments({ status: 'ready' })).toBe(2);
    });

    wholly('F12: its disk is full', async () => {
      const dir = makeTempDir('mongod-disk');
      const disk = await mountSmallDisk(dir, 'size=400m');
      if (disk === undefined) return; // said loudly
      closers.push(() => disk.unmount());
      const setting = await setUp({ dir });
      await setting.movies.db.createCollection(FILLER);
      // Stopped meanwhile: what mongod has allocated would be enough for one document.
      const run = await addWhile(setting.user, 'encoded', async (adding) => {
        adding.kill('SIGSTOP');
        disk.fill();
        await fillUp(setting.movies);
        adding.kill('SIGCONT');
      });
      disk.makeSpace();
      await expectWaiting(setting.user, run);
      await setting.mongod.kill().catch(() => {});
      await setting.mongod.restart();
      await expectDelivered(setting);
    });

    wholly('F13: no primary for ever', async () => {
      const setting = await setUp({ replicaSet: true });
      const run = await addWhile(setting.user, 'encoded', () => stepDown(setting.movies, 90));
      await expectWaiting(setting.user, run);
      await setting.movies.db.admin().command({ replSetFreeze: 0 });
      await expectDelivered(setting);
    });
  });

  wholeGroup('through a slow network', async () => {
    const row = (await isMissing('toxiproxy')) ? test.skip : wholly;
    row('F12: a slow one (half a second for each answer) is only slow', async () => {
      const { mongod, movies } = await setUp();
      const toxiproxy = await startToxiproxy();
      closers.push(() => toxiproxy.stop());
      const proxy = await toxiproxy.proxyTo(mongod);
      await proxy.add({ type: 'latency', stream: 'downstream', attributes: { latency: 500 } });
      const run = await add(userOf(`mongodb://${proxy.address}/?directConnection=true`));
      expect(run.exitCode, run.stdout).toBe(0);
      expect(await movies.countDocuments({ slug: 'film', status: 'ready' })).toBe(1);
    });
  });

  wholly('F13: a step-down with an election of ten seconds is outlasted', async () => {
    const { movies, user } = await setUp({ replicaSet: true });
    const run = await addWhile(user, 'encoded', () => stepDown(movies, 10));
    expect(run.exitCode, run.stdout).toBe(0);
    expect(await movies.countDocuments({ slug: 'film', status: 'ready' })).toBe(1);
  });

  describe('the acknowledgement is lost', () => {
    const throughForgetful = async () => {
      const { mongod, movies } = await setUp();
      const proxy = await startForgetfulMongo(mongod);
      closers.push(() => proxy.stop());
      const user = userOf(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
      return { movies, proxy, user };
    };

    test('F14: the film is in all the same, with one document; again changes nothing of it', async () => {
      const { movies, proxy, user } = await throughForgetful();
      const run = await add(user);
      expect(run.exitCode, run.stdout).toBe(0);
      expect(proxy.lost()).toBe(1);
      const documents = await movies.find({}).toArray();
      expect(documents).toHaveLength(1);
      await add(user);
      expect(await movies.find({}).toArray()).toEqual(documents);
    });
  });
});

/** Made while there is room: that a new collection is refused says nothing of those that stand. */
const FILLER = 'filler';

/** Writes until nothing more can be written: a small document neither. */
async function fillUp(movies: Collection): Promise<void> {
  const filler = movies.db.collection(FILLER);
  const options = { writeConcern: { w: 1, journal: true } } as const;
  const writeUntilRefused = async (bytes: number) => {
    for (let n = 0; n < 2_000; n += 1) {
      const refused = await filler.insertOne({ body: Buffer.alloc(bytes, n) }, options).then(
        () => false,
        () => true,
      );
      if (refused) return;
    }
    throw new Error(`a full disk took 2000 documents of ${bytes} bytes`);
  };
  await writeUntilRefused(1_048_576);
  await writeUntilRefused(512);
}

/** The only node steps down, and stands for election again when the time is over. */
async function stepDown(movies: Collection, seconds: number): Promise<void> {
  await movies.db
    .admin()
    .command({ replSetStepDown: seconds, force: true })
    .catch(() => {}); // the connection may end with it
}
