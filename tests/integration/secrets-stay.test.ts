import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { type FakeS3, type Fault, startFakeS3 } from '../helpers/fake-s3.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const mongod = inject('mongod');
const PS_FFMPEG = resolve(import.meta.dirname, '../fixtures/bin/ps-ffmpeg');

/** With characters that look different in a URL and in JSON. */
const S3_SECRET = 'Se/cr+et"of the=store0123456789';
const S3_KEY_ID = 'AKIDOFTHESTORE00042';
const DB_PASSWORD = 'p@ss/w+rd=of&the:db';
const WRONG_PASSWORD = 'wr0ng/but+still=his';
const SECRETS = [S3_SECRET, S3_KEY_ID, DB_PASSWORD, WRONG_PASSWORD];

/** As they are, as in a URL, as in JSON, and in base64 wherever they stand in what was encoded. */
const FORMS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  ...[0, 1, 2].map((shift) => {
    const text = Buffer.from(`${'-'.repeat(shift)}${secret}`).toString('base64');
    return text.slice(4, 4 * Math.floor((shift + Buffer.byteLength(secret)) / 3));
  }),
]);

/**
 * Every stage fails once while the tool knows secrets of a store and of a database, and a hostile
 * server sends them back in its error messages.
 */
describe.skipIf(mongod === undefined)('promise 8: secrets never leave', () => {
  const db = `secrets_${process.pid}`;
  const home = makeTempDir('home');
  const psLog = join(makeTempDir('ps'), 'args');
  const user = `ingest_${process.pid}`;
  const said: string[] = [];
  let s3: FakeS3;
  let mongo: MongoClient;
  let film: string;

  const uri = (name: string, password: string, host = new URL(mongod?.uri ?? '').host) =>
    `mongodb://${name}:${encodeURIComponent(password)}@${host}/?authSource=${db}`;
  const store = () => ({
    S3_ENDPOINT: s3.settings.endpoint,
    S3_REGION: 'auto',
    S3_BUCKET: s3.settings.bucket,
    S3_ACCESS_KEY_ID: S3_KEY_ID,
    S3_SECRET_ACCESS_KEY: S3_SECRET,
    S3_PUBLIC_URL: 'https://media.example.com',
  });
  const env = (more: Readonly<Record<string, string>> = {}) => ({
    HOME: home,
    MOVIE_INGEST_PRESET: TINY,
    MOVIE_INGEST_FFMPEG: PS_FFMPEG,
    REAL_FFMPEG: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
    PS_LOG: psLog,
    ...store(),
    MONGODB_URI: uri(user, DB_PASSWORD),
    MONGODB_DB: db,
    ...more,
  });
  const run = async (
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
    cwd?: string,
  ) => {
    const result = await runCli(args, { env: env(more), ...(cwd === undefined ? {} : { cwd }) });
    said.push(result.stdout, result.stderr);
    return result.exitCode;
  };

  beforeAll(async () => {
    s3 = await startFakeS3();
    mongo = await MongoClient.connect(mongod?.uri ?? '');
    const roles = [{ role: 'readWrite', db }];
    await mongo.db(db).command({ createUser: user, pwd: DB_PASSWORD, roles });
    film = await makeClip({ dir: makeTempDir('films'), name: 'film.mp4', seconds: 4 });
  });

  afterAll(async () => {
    await mongo?.db(db).command({ dropUser: user });
    await mongo?.db(db).dropDatabase();
    await mongo?.close();
    await s3?.stop();
  });

  /** What a server may say that wants to see its visitor's secrets in a log. */
  const echo = (status: number, code: string): Fault => ({
    status,
    code,
    message: `You sent ${S3_KEY_ID} and ${S3_SECRET} (${Buffer.from(S3_SECRET).toString('base64')})`,
  });

  test('when all goes well, on every screen', async () => {
    expect(await run(['add', film, '--verbose'])).toBe(0);
    expect(await run(['add', film, '--json', '--verbose'])).toBe(0);
    for (const args of [['list'], ['show', 'film'], ['show', 'film', '--json'], ['plan', film]]) {
      expect(await run(args), args.join(' ')).toBe(0);
    }
    expect(await run(['doctor', '--verbose'])).toBe(0);
    expect(await run(['doctor', '--json'])).toBe(0);
  });

  test('when the store refuses the keys, with an answer that holds them', async () => {
    s3.fail(() => echo(403, 'InvalidAccessKeyId'));
    expect(await run(['add', film, '--force', '--verbose'])).toBe(8);
    expect(await run(['doctor', '--verbose'])).toBe(8);
    s3.fail(() => undefined);
  });

  test('when they are revoked in the middle of a film', async () => {
    s3.fail(({ method, key }) =>
      method === 'PUT' && key.includes('seg_') ? echo(403, 'AccessDenied') : undefined,
    );
    expect(await run(['add', film, '--force', '--verbose', '--json'])).toBe(8);
    s3.fail(() => undefined);
  });

  test('when the encoder fails', async () => {
    expect(await run(['add', film, '--force', '--verbose'], badFfmpeg('dies=1').env)).toBe(5);
  });

  test('when MongoDB refuses the password, or is not there', async () => {
    const wrong = { MONGODB_URI: uri(user, WRONG_PASSWORD) };
    expect(await run(['add', film, '--force', '--verbose'], wrong)).toBe(8);
    const away = { MONGODB_URI: uri(user, DB_PASSWORD, '127.0.0.1:1') };
    expect(await run(['add', film, '--force', '--json'], away)).toBe(7);
  });

  test('when it is stopped', async () => {
    const slow = badFfmpeg('endless');
    const cli = startCli(['add', film, '--force', '--verbose'], { env: env(slow.env) });
    await until(() => slow.encodes() > 0);
    cli.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await cli;
    said.push(stdout, stderr);
    expect(exitCode).toBe(143);
  });

  test('when another run is at the film, and when that is killed and leaves its leases', async () => {
    const slow = badFfmpeg('endless');
    const cli = startCli(['add', film, '--force', '--verbose'], { env: env(slow.env) });
    await until(() => slow.encodes() > 0);
    expect(await run(['add', film, '--force', '--verbose'])).toBe(11);
    cli.kill('SIGKILL');
    const { stdout, stderr } = await cli;
    said.push(stdout ?? '', stderr ?? '');
    expect(await mongo.db(db).collection('movies_leases').countDocuments()).toBe(2);
  });

  test('when they are half of a configuration, or at the wrong place of one', async () => {
    expect(await run(['add', film], { S3_BUCKET: '' })).toBe(2);
    expect(await run(['add', film], { S3_ENDPOINT: S3_SECRET, S3_REGION: DB_PASSWORD })).toBe(2);
    expect(await run(['add', film], { S3_PUBLIC_URL: `https://${S3_KEY_ID}:${S3_SECRET}@x` })).toBe(
      2,
    );
    expect(await run(['add', film], { MONGODB_URI: `mongodb://u:${DB_PASSWORD}@host` })).toBe(2);
    expect(await run(['add', film], { MONGODB_URI: DB_PASSWORD })).toBe(2);
    expect(await run(['add', film], { MOVIE_INGEST_PRESET: S3_SECRET })).toBe(2);
  });

  test('from .env, from the user file, from a file and from a command', async () => {
    const none = { S3_SECRET_ACCESS_KEY: '', MONGODB_URI: '', MONGODB_DB: '' };
    const folder = (name: string, text: string) => {
      const dir = makeTempDir('cwd');
      writeFileSync(join(dir, name), text, { mode: 0o600 });
      return dir;
    };
    s3.fail(() => echo(403, 'SignatureDoesNotMatch'));
    const dotenv = `S3_SECRET_ACCESS_KEY='${S3_SECRET}'\nMONGODB_URI='${uri(user, DB_PASSWORD)}'\n`;
    expect(await run(['add', film, '--force'], none, folder('.env', dotenv))).toBe(8);
    const secretDir = folder('key', `${S3_SECRET}\n`);
    const asFile = { ...none, S3_SECRET_ACCESS_KEY_FILE: join(secretDir, 'key') };
    expect(await run(['doctor', '--verbose'], asFile)).toBe(8);
    const asCommand = { ...none, S3_SECRET_ACCESS_KEY_COMMAND: `cat '${join(secretDir, 'key')}'` };
    expect(await run(['doctor', '--json'], asCommand)).toBe(8);
    const config = folder('unused', '');
    const userDir = join(config, 'movie-ingest');
    mkdirSync(userDir);
    writeFileSync(
      join(userDir, 'config.json'),
      JSON.stringify({ s3: { secretAccessKey: S3_SECRET } }),
    );
    chmodSync(join(userDir, 'config.json'), 0o644);
    expect(await run(['doctor', '--verbose'], { ...none, XDG_CONFIG_HOME: config })).toBe(8);
    expect(said.at(-1) ?? '').toContain('chmod 600');
    s3.fail(() => undefined);
  });

  /** Of the whole database. */
  const documents = async () => {
    const collections = await mongo.db(db).collections();
    return Promise.all(collections.map((it) => it.find().toArray()));
  };

  test('nothing that was said, kept, sent or shown to other users holds one', async () => {
    const places: [string, string][] = [
      ...said.map((text, index): [string, string] => [`output ${index}`, text]),
      ...filesBelow(home).map((file): [string, string] => [file, readFileSync(file, 'latin1')]),
      ...[...s3.objects].map(([key, body]): [string, string] => [
        key,
        key + body.toString('latin1'),
      ]),
      ['bucket, names of objects asked for', s3.requests.map(({ key }) => key).join('\n')],
      ['documents', JSON.stringify(await documents())],
      ['command lines', readFileSync(psLog, 'utf8')],
    ];
    const found = places.flatMap(([place, text]) =>
      FORMS.filter((form) => text.includes(form)).map((form) => `${place}: ${form}`),
    );
    expect(found).toEqual([]);
    // The search sees something.
    expect(s3.objects.size).toBeGreaterThan(5);
    expect(said.join('')).toContain('***');
    expect(readFileSync(psLog, 'utf8')).toContain('movie-ingest');
  });
});

function filesBelow(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
