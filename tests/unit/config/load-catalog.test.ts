import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { loadIn, mistakeIn, R2 } from './load-in.ts';

describe('the catalogue', () => {
  it.each([
    ['mongodb://h', undefined, 'movies', 'default'],
    ['mongodb://h/', undefined, 'movies', 'default'],
    ['mongodb://h/?retryWrites=true', undefined, 'movies', 'default'],
    ['mongodb://h/films', undefined, 'films', 'MONGODB_URI in the environment'],
    [
      'mongodb+srv://u:p@c.example.net/films?w=majority',
      undefined,
      'films',
      'MONGODB_URI in the environment',
    ],
    ['mongodb://h/films', 'other', 'other', 'MONGODB_DB in the environment'],
    ['mongodb://a:1,b:2,c:3/films?replicaSet=x', '', 'films', 'MONGODB_URI in the environment'],
  ])('%s with MONGODB_DB %j takes database %s', async (uri, db, expected, origin) => {
    const env = { MONGODB_URI: uri, ...(db === undefined ? {} : { MONGODB_DB: db }) };
    const { catalog, origins } = await loadIn({ env });
    expect(catalog).toEqual({ kind: 'mongo', uri, db: expected, collection: 'movies' });
    expect(origins['catalog.db']).toBe(origin);
  });

  it('MongoDB goes with the folder store, and a bucket with the folder of documents', async () => {
    const mongoOnly = await loadIn({ env: { MONGODB_URI: 'mongodb://h' } });
    expect([mongoOnly.store.kind, mongoOnly.catalog.kind]).toEqual(['folder', 'mongo']);
    const bucketOnly = await loadIn({ env: R2 });
    expect([bucketOnly.store.kind, bucketOnly.catalog.kind]).toEqual(['r2', 'folder']);
  });

  it('a database without a URI is half a configuration', async () => {
    const error = await mistakeIn({ env: { MONGODB_DB: 'films' } });
    expect(error.exit).toBe('usage');
    expect(error.message).toBe('MongoDB is only half configured: MONGODB_URI is missing');
    expect(error.why).toContain('MONGODB_DB in the environment');
  });
});

describe('connection strings that the driver would refuse in a riddle', () => {
  const rows: [string, RegExp][] = [
    ['localhost:27017', /must start with mongodb:\/\//],
    ['http://hunter2@h', /must start with mongodb:\/\//],
    ['mongodb://', /names no host/],
    ['mongodb://u:hunter2@', /names no host/],
    ['mongodb+srv://ingest:<db_password>@c.example.net/', /<placeholder>/],
    ['mongodb://u:hunter2@hunter2@h/db', /@ is %40/],
    ['mongodb://u:hunter2:hunter2@h/db', /Percent-encode/],
    ['mongodb://u:hunter2/hunter2@h/db', /Percent-encode/],
    ['mongodb://u:hunter2?hunter2@h/db', /Percent-encode/],
    ['mongodb://u:hunter2#hunter2@h/db', /Percent-encode/],
    ['mongodb://u:hunter2%@h/db', /a % in the login that encodes nothing/],
  ];

  it.each(rows)('%s', async (MONGODB_URI, expected) => {
    const error = await mistakeIn({ env: { MONGODB_URI } });
    expect(error.text).toMatch(expected);
    expect(error.message).toContain('MONGODB_URI in the environment');
    expect(`${error.text} ${error.stack}`).not.toContain('hunter2'); // promise 8
  });

  it('a password with @ and /, whose second half the driver would look up as a host', async () => {
    const uri = 'mongodb://u:hunter2@hunter3/hunter2@h/db';
    expect(new MongoClient(uri).options.hosts.map(String)).toEqual(['hunter3:27017']);
    const error = await mistakeIn({ env: { MONGODB_URI: uri } });
    expect(error.fix).toContain('Percent-encode');
    expect(error.text).not.toMatch(/hunter[23]/);
  });

  it.each(['a/b', 'a b', 'a.b', 'a$b', 'x'.repeat(64)])('database %j', async (db) => {
    const error = await mistakeIn({ flags: { db }, env: { MONGODB_URI: 'mongodb://h' } });
    expect(error.message).toBe('flag --db names no possible database');
  });

  it.each([
    'mongodb://127.0.0.1:27017',
    'mongodb://[::1]:27017/films',
    'mongodb://u:p%40%3A%2F@h1:1,h2:2/films?authSource=admin&replicaSet=rs0',
    'mongodb+srv://u:p@c.example.net/?appName=a@b',
    'mongodb://u@h/?authMechanism=MONGODB-X509&tls=true',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/films',
    'mongodb://u:p@%2Ftmp%2Fmongodb-27017.sock/films',
  ])('what the driver takes is taken: %s', async (MONGODB_URI) => {
    expect(() => new MongoClient(MONGODB_URI)).not.toThrow();
    expect((await loadIn({ env: { MONGODB_URI } })).catalog.kind).toBe('mongo');
  });

  it.each(rows.filter(([uri]) => !uri.includes('<')))(
    'the driver refuses it as well: %s',
    (uri) => {
      expect(() => new MongoClient(uri)).toThrow();
    },
  );
});
