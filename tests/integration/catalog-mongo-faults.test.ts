import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MongoCatalog, type MongoOptions } from '../../src/catalog/mongo.ts';
import { INDEXES } from '../../src/catalog/mongo-indexes.ts';
import type { IngestError } from '../../src/errors.ts';
import { makeMovie } from '../contract/catalog-movie.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { type Mongod, startMongod } from '../servers/mongod.ts';
import { freePort } from '../servers/server-process.ts';

const isWithoutMongod = await isMissing('mongod');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function open(uri: string, options: Partial<MongoOptions> = {}): MongoCatalog {
  const settings = { kind: 'mongo', uri, db: 'films', collection: 'movies' } as const;
  const catalog = new MongoCatalog(settings, { version: '1', selectionMs: 3_000, ...options });
  closers.push(() => catalog.close());
  return catalog;
}

async function connect(uri: string): Promise<MongoClient> {
  const client = await MongoClient.connect(uri);
  closers.push(() => client.close());
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<IngestError> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

const textOf = (error: IngestError) => [error.message, error.why, error.fix].join('\n');

describe.skipIf(isWithoutMongod)('a mongod with users', () => {
  let server: Mongod;
  const uriOf = (login: string, query = '&authSource=films') =>
    `mongodb://${login}@127.0.0.1:${server.port}/?directConnection=true${query}`;

  beforeAll(async () => {
    server = await startMongod({ auth: true });
    const client = await MongoClient.connect(server.uri);
    const films = client.db('films');
    await films.command({ createUser: 'writer', pwd: 'wr1ter-word', roles: ['readWrite'] });
    await films.command({ createUser: 'reader', pwd: 'r3ader-word', roles: ['read'] });
    await films.command({
      createRole: 'documentsOnly',
      privileges: [
        {
          resource: { db: 'films', collection: 'movies' },
          actions: ['find', 'insert', 'update', 'listIndexes'],
        },
      ],
      roles: [],
    });
    await films.command({ createUser: 'modest', pwd: 'm0dest-word', roles: ['documentsOnly'] });
    await client.close();
  });
  afterEach(async () => {
    const client = await connect(server.uri);
    for (const name of ['movies', 'movies_leases'])
      await client.db('films').collection(name).drop();
  });
  afterAll(() => server?.stop());

  test('a user with readWrite passes the check, and nothing of the check stays', async () => {
    await open(uriOf('writer:wr1ter-word')).check();
    const client = await connect(server.uri);
    expect(await client.db('films').collection('movies').countDocuments()).toBe(0);
    const names = (await client.db('films').collection('movies').indexes()).map(({ name }) => name);
    expect(names).toStrictEqual(['_id_', ...INDEXES.map(({ name }) => name)]);
  });

  test.each([
    ['a wrong password', 'writer:wrong-word', undefined],
    ['a user who is not there', 'nobody:wrong-word', undefined],
    ['a user looked for in another database', 'writer:wr1ter-word', ''],
  ])(
    '%s is a matter of credentials (8), and the password is not shown',
    async (_, login, query) => {
      const error = await failureOf(open(uriOf(login, query)).check());
      expect(error).toMatchObject({ name: 'IngestError', exit: 'credentials' });
      expect(error.message).toMatch(
        /^MongoDB login failed for user \w+ on 127\.0\.0\.1:\d+ \(code 18\)$/,
      );
      expect(error.fix).toContain('authSource');
      expect(textOf(error)).not.toMatch(/wrong-word|wr1ter-word/);
    },
  );

  test('a user who may only read is found out by the check, without a trace', async () => {
    const error = await failureOf(open(uriOf('reader:r3ader-word')).check());
    expect(error).toMatchObject({ exit: 'credentials' });
    expect(error.message).toMatch(/does not let user reader do this on films\.movies \(code 13\)$/);
    const client = await connect(server.uri);
    expect(await client.db('films').listCollections().toArray()).toStrictEqual([]);
  });

  test('also where the indexes stand already', async () => {
    await open(uriOf('writer:wr1ter-word')).check();
    const error = await failureOf(open(uriOf('reader:r3ader-word')).check());
    expect(error).toMatchObject({ exit: 'credentials' });
  });

  test('no user at all is told to log in', async () => {
    const uri = `mongodb://127.0.0.1:${server.port}/?directConnection=true`;
    const error = await failureOf(open(uri).check());
    expect(error).toMatchObject({ exit: 'credentials', why: 'MONGODB_URI names no user.' });
  });

  test('a user who may not create indexes is refused while they are missing, and fine once they stand', async () => {
    const modest = open(uriOf('modest:m0dest-word'));
    expect(await failureOf(modest.check())).toMatchObject({ exit: 'credentials' });
    await open(uriOf('writer:wr1ter-word')).check();
    await modest.check();
    expect(await modest.upsert(makeMovie())).toBe('created');
  });

  test('a user who may not keep leases works without, and is told so once', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: { message: string }) => void warnings.push(message);
    const { leases } = open(uriOf('modest:m0dest-word'), { onWarning });
    const one = await leases.acquire({ name: 'phim-01', what: 'ingesting phim-01' });
    const two = await leases.acquire({ name: 'sync:x', what: 'keeping the library true' });
    await two.demandHeld();
    expect(await leases.held()).toEqual(new Set());
    await Promise.all([one.release(), two.release()]);
    expect(warnings).toEqual([
      'films.movies_leases cannot be used: another machine that ingests the same film is not noticed',
    ]);
  });
});

describe.skipIf(isWithoutMongod)('a mongod that fails', () => {
  let server: Mongod;
  beforeAll(async () => {
    server = await startMongod();
  });
  afterAll(() => server?.stop());

  test('an acknowledged document is there after SIGKILL and restart (w: majority)', async () => {
    const catalog = open(server.uri, { selectionMs: 20_000 });
    await catalog.check();
    const slugs = Array.from({ length: 30 }, (_, index) => `film-${index}`);
    for (const slug of slugs) {
      expect(await catalog.upsert(makeMovie({ slug }))).toBe('created');
    }
    await server.kill();
    await server.restart();
    for (const slug of slugs) expect((await catalog.findBySlug(slug))?.slug).toBe(slug);
  });

  test('a write waits for a server that comes back', async () => {
    const catalog = open(server.uri, { selectionMs: 20_000 });
    await catalog.check();
    await server.kill();
    const write = catalog.upsert(makeMovie({ slug: 'patient' }));
    await server.restart();
    expect(await write).toBe('created');
    expect(await catalog.upsert(makeMovie({ slug: 'patient' }))).toBe('unchanged');
  });

  test('one that hangs ends the check with exit 7, not with waiting', async () => {
    const catalog = open(server.uri, { checkMs: 2_000 });
    await catalog.findBySlug('x'); // the connection stands
    server.pause();
    try {
      expect(await failureOf(catalog.check())).toMatchObject({ exit: 'catalog' });
    } finally {
      server.resume();
    }
  });

  test('one that was not there at first is written to once it is', async () => {
    const port = await freePort();
    const catalog = open(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
      selectionMs: 500,
    });
    const lease = await failureOf(catalog.leases.acquire({ name: 'film:x', what: 'a test' }));
    expect(lease).toMatchObject({
      exit: 'catalog',
      message: `Nothing listens at 127.0.0.1:${port}`,
    });
    const late = await startMongod({ port });
    closers.push(() => late.stop());
    expect(await catalog.upsert(makeMovie({ slug: 'late' }))).toBe('created');
  });

  test('one that is not there is exit 7 and says what to start', async () => {
    const port = await freePort();
    const error = await failureOf(open(`mongodb://127.0.0.1:${port}/`).check());
    expect(error).toMatchObject({
      exit: 'catalog',
      message: `Nothing listens at 127.0.0.1:${port}`,
      fix: expect.stringContaining('systemctl start mongod'),
    });
  });

  test('a name in DNS that is not there, or not a cluster, is told so', async () => {
    const host = await failureOf(open('mongodb://u:s3cret-word@no-such-host.invalid/').check());
    expect(host).toMatchObject({
      exit: 'catalog',
      message: 'DNS does not know no-such-host.invalid:27017',
    });
    const cluster = await failureOf(
      open('mongodb+srv://u:s3cret-word@no-such.example.invalid/').check(),
    );
    expect(cluster).toMatchObject({
      exit: 'catalog',
      message: expect.stringMatching(/^DNS .* cluster no-such\.example\.invalid$/),
    });
    expect(textOf(host) + textOf(cluster)).not.toContain('s3cret-word');
  });

  test('a wrong replica set and TLS where there is none are told so', async () => {
    const { port } = server;
    const set = await failureOf(open(`mongodb://127.0.0.1:${port}/?replicaSet=wrong`).check());
    expect(set.message).toMatch(/^No primary of the replica set/);
    const tls = await failureOf(open(`mongodb://127.0.0.1:${port}/?tls=true`).check());
    expect(tls.message).toBe(`127.0.0.1:${port} does not speak TLS`);
  });
});

const isWithoutOpenssl = (await execa('openssl', ['version'], { reject: false })).failed;

describe.skipIf(isWithoutMongod || isWithoutOpenssl)('a mongod with TLS', () => {
  let server: Mongod;
  let certificate: string;
  beforeAll(async () => {
    const dir = makeTempDir('tls');
    const [key, both] = [join(dir, 'key.pem'), join(dir, 'both.pem')];
    certificate = join(dir, 'cert.pem');
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=other.test'],
      ...['-addext', 'subjectAltName=DNS:other.test', '-keyout', key, '-out', certificate],
    ]);
    writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
    server = await startMongod({ tlsKeyAndCert: both });
  });
  afterAll(() => server?.stop());

  const explained = async (query: string) => {
    const uri = `mongodb://127.0.0.1:${server.port}/?${query}`;
    const error = await failureOf(open(uri).check());
    expect(error).toMatchObject({ name: 'IngestError', exit: 'catalog' });
    return error;
  };

  test('whose certificate nobody signed', async () => {
    expect((await explained('tls=true')).fix).toContain('tlsCAFile');
  });

  test('whose certificate is for another name', async () => {
    const query = `tls=true&tlsCAFile=${encodeURIComponent(certificate)}`;
    expect((await explained(query)).message).toMatch(/is for another name$/);
  });

  test('spoken to without TLS', async () => {
    expect((await explained('')).fix).toContain('tls=true');
  });
});

describe.skipIf(isWithoutMongod)('the indexes in a collection that others made', () => {
  let server: Mongod;
  let movies: ReturnType<ReturnType<MongoClient['db']>['collection']>;
  beforeAll(async () => {
    server = await startMongod();
  });
  afterAll(() => server?.stop());
  const fresh = async () => {
    movies = (await connect(server.uri)).db('films').collection('movies');
    await movies.drop();
  };

  test('documents without slug and fingerprint do not stand in one another’s way', async () => {
    await fresh();
    await movies.insertMany([{ title: 'a' }, { title: 'b' }, { slug: 'c' }, { slug: 'd' }]);
    await open(server.uri).check();
    expect(await movies.countDocuments()).toBe(4);
  });

  test('an equal index under another name will do', async () => {
    await fresh();
    await movies.createIndex({ slug: 1 }, { unique: true, name: 'mine' });
    await open(server.uri).check();
  });

  test('one in the way is told of, and stays', async () => {
    await fresh();
    await movies.createIndex({ slug: 1 }, { name: 'slug_unique' });
    const error = await failureOf(open(server.uri).check());
    expect(error).toMatchObject({ exit: 'catalog' });
    expect(error.message).toMatch(/^An index of films\.movies is in the way of slug_unique/);
    expect((await movies.indexes()).map(({ name }) => name)).toContain('slug_unique');
  });

  test('one that only makes lists fast is a warning', async () => {
    await fresh();
    await movies.createIndex({ title: 1 }, { name: 'created' });
    const warnings: string[] = [];
    await open(server.uri, { onWarning: ({ message }) => warnings.push(message) }).check();
    expect(warnings).toStrictEqual(['The index created is missing: large lists will be slow']);
  });

  test('two documents with one slug are told of', async () => {
    await fresh();
    await movies.insertMany([{ slug: 'a' }, { slug: 'a' }]);
    const error = await failureOf(open(server.uri).check());
    expect(error.message).toBe(
      'Two documents of films.movies would have the same slug (code 11000)',
    );
  });

  test('reading by slug uses the partial index', async () => {
    await fresh();
    await open(server.uri).check();
    const plan = await movies.find({ slug: 'x' }).explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain('"indexName":"slug_unique"');
  });
});
