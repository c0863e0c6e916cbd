import { afterEach, describe, expect, test } from 'vitest';
import { MongoCatalog } from '../../src/catalog/mongo.ts';
import type { IngestError } from '../../src/errors.ts';
import { makeMovie } from '../contract/catalog-movie.ts';
import {
  HELLO,
  type Reply,
  type ScriptedMongo,
  startByteServer,
  startScriptedMongo,
} from '../helpers/scripted-mongo.ts';

// What only Atlas, an old server or bad luck says; all else is tested on a real mongod.

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Script = Parameters<typeof startScriptedMongo>[0];

async function start(script: Script): Promise<ScriptedMongo> {
  const server = await startScriptedMongo(script);
  closers.push(server.close);
  return server;
}

function open(uri: string): MongoCatalog {
  const settings = { kind: 'mongo', uri, db: 'movies', collection: 'movies' } as const;
  const options = { version: '1.2.3', delaysMs: [1, 1, 1, 1], selectionMs: 3_000 };
  const catalog = new MongoCatalog(settings, options);
  closers.push(() => catalog.close());
  return catalog;
}

async function failureOf(work: Promise<unknown>): Promise<IngestError> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
}

const only =
  (wanted: string, reply: Reply): Script =>
  (name) =>
    name === wanted ? reply : undefined;

const created: Reply = { ok: 1, lastErrorObject: { n: 1, updatedExisting: false }, value: null };

describe('the answers of Atlas', () => {
  test('a refused login (code 8000) is a matter of credentials', async () => {
    const { port } = await start((name) =>
      /^sasl/.test(name)
        ? { ok: 0, code: 8000, codeName: 'AtlasError', errmsg: 'bad auth : authentication failed' }
        : undefined,
    );
    const error = await failureOf(
      open(`mongodb://ingest:s3cret-word@127.0.0.1:${port}/?directConnection=true`).check(),
    );
    expect(error).toMatchObject({
      name: 'IngestError',
      exit: 'credentials',
      message: `Atlas refused the login of user ingest on 127.0.0.1:${port} (code 8000)`,
    });
    expect([error.message, error.why, error.fix].join()).not.toContain('s3cret-word');
  });

  test('a missing right (code 8000 too) is told apart', async () => {
    const errmsg = 'user is not allowed to do action [find] on [movies.movies]';
    const { uri } = await start(
      only('find', { ok: 0, code: 8000, codeName: 'AtlasError', errmsg }),
    );
    const error = await failureOf(open(uri).check());
    expect(error).toMatchObject({ exit: 'credentials' });
    expect(error.fix).toContain('readWrite');
  });

  test('TLS alert 80 means that this machine is not on its list', async () => {
    const server = await startByteServer([0x15, 3, 3, 0, 2, 2, 0x50]);
    closers.push(server.close);
    const error = await failureOf(open(`mongodb://127.0.0.1:${server.port}/?tls=true`).check());
    expect(error).toMatchObject({ exit: 'catalog' });
    expect(error.fix).toContain('Network Access');
  });
});

describe('refusals of a server', () => {
  test('code 13 is a matter of credentials, and the command that it quotes is not shown', async () => {
    const errmsg = 'not authorized on movies to execute command { update: "movies", secret: 1 }';
    const { uri } = await start(
      only('update', { ok: 0, code: 13, codeName: 'Unauthorized', errmsg }),
    );
    const error = await failureOf(open(uri).check());
    expect(error).toMatchObject({ exit: 'credentials' });
    expect([error.message, error.why, error.fix].join()).not.toContain('secret');
  });

  test('code 121 names the fields that the validator refused, not their values', async () => {
    const errInfo = {
      details: {
        schemaRulesNotSatisfied: [
          { operatorName: 'required', missingProperties: ['genre'] },
          {
            operatorName: 'properties',
            propertiesNotSatisfied: [
              {
                propertyName: 'metadata',
                details: [
                  {
                    operatorName: 'properties',
                    propertiesNotSatisfied: [
                      {
                        propertyName: 'duration',
                        details: [
                          {
                            operatorName: 'bsonType',
                            reason: 'type did not match',
                            consideredValue: 'VALUE',
                            consideredType: 'string',
                          },
                        ],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    };
    const refusal = {
      ok: 0,
      code: 121,
      errmsg: 'Plan executor error during findAndModify',
      errInfo,
    };
    const { uri } = await start(only('findAndModify', refusal));
    const error = await failureOf(open(uri).upsert(makeMovie()));
    expect(error).toMatchObject({
      exit: 'catalog',
      why: 'genre is missing; metadata.duration: type did not match (string)',
    });
  });

  test('a server older than 4.4 is told to be that', async () => {
    const { uri } = await start((name) =>
      /hello|ismaster/i.test(name) ? { ...HELLO, maxWireVersion: 8 } : undefined,
    );
    const error = await failureOf(open(uri).check());
    expect(error).toMatchObject({
      exit: 'catalog',
      message: expect.stringContaining('older than 4.4'),
    });
  });

  test('an error without an entry shows the server’s words, short and clean', async () => {
    const errmsg = `strange \u001b[31m${'x'.repeat(500)}`;
    const { uri } = await start(only('findAndModify', { ok: 0, code: 4711, errmsg }));
    const error = await failureOf(open(uri).upsert(makeMovie()));
    expect(error.message).toContain('(code 4711)');
    expect(error.why).toMatch(/^strange x{192}$/);
  });
});

describe('a write is tried again', () => {
  const writes = (server: ScriptedMongo) =>
    server.commands.filter((command) => 'findAndModify' in command);

  test('after one that may pass: shutting down (91), then a broken connection', async () => {
    const troubles = [{ ok: 0, code: 91, errmsg: 'shutdown in progress' }, 'hang up'] as const;
    let number = 0;
    const server = await start((name) =>
      name === 'findAndModify' ? (troubles[number++] ?? created) : undefined,
    );
    expect(await open(server.uri).upsert(makeMovie())).toBe('created');
    expect(writes(server)).toHaveLength(3);
  });

  test('not after one that will not', async () => {
    const server = await start(only('findAndModify', { ok: 0, code: 121, errmsg: 'no' }));
    await failureOf(open(server.uri).upsert(makeMovie()));
    expect(writes(server)).toHaveLength(1);
  });

  test('five times in all, then the last error is told', async () => {
    const server = await start(only('findAndModify', { ok: 0, code: 91, errmsg: 'bye' }));
    const error = await failureOf(open(server.uri).upsert(makeMovie()));
    expect(error).toMatchObject({ exit: 'catalog', message: expect.stringContaining('(code 91)') });
    expect(writes(server)).toHaveLength(5);
  });

  test('once after a lost race for the slug (11000)', async () => {
    let number = 0;
    const race = { ok: 0, code: 11000, errmsg: 'E11000', keyPattern: { slug: 1 }, keyValue: {} };
    const server = await start((name) =>
      name === 'findAndModify' ? (number++ === 0 ? race : created) : undefined,
    );
    expect(await open(server.uri).upsert(makeMovie())).toBe('created');
    expect(writes(server)).toHaveLength(2);
  });

  test('never after the signal has fired', async () => {
    const server = await start(() => undefined);
    const settings = { kind: 'mongo', uri: server.uri, db: 'm', collection: 'movies' } as const;
    const catalog = new MongoCatalog(settings, { version: '1', signal: AbortSignal.abort() });
    closers.push(() => catalog.close());
    await expect(catalog.upsert(makeMovie())).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.commands).toStrictEqual([]);
  });
});

test('what is sent: our name, a majority of the nodes, no counting, no replacing', async () => {
  const server = await start((name) => (name === 'findAndModify' ? created : undefined));
  await open(server.uri).upsert(makeMovie());
  const hello = server.commands.find((command) => 'client' in command);
  expect(hello?.['client']).toMatchObject({ application: { name: 'movie-ingest/1.2.3' } });
  const write = server.commands.find((command) => 'findAndModify' in command);
  expect(write).toMatchObject({
    query: { slug: 'phim-01' },
    upsert: true,
    writeConcern: { w: 'majority' },
  });
  expect(Object.keys(write?.['update'] as object).toSorted()).toStrictEqual([
    '$set',
    '$setOnInsert',
  ]);
});
