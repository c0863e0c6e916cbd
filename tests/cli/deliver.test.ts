import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GetBucketCorsCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { runMain } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startVersitygw, type Versitygw } from '../servers/versitygw.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = 'https://www.example.com';
const LINK_KEY = {
  MOVIE_INGEST_LINK_KEY_ID: 'k1',
  MOVIE_INGEST_LINK_SECRET: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
};

type Env = Readonly<Record<string, string>>;

test('without a bucket there is nothing to deliver from, and it says what to do', async () => {
  const { exitCode, stderr } = await runMain(['deliver']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Configure a bucket');
});

describe('deliver, for a bucket that need not answer', () => {
  const env: Env = {
    R2_ACCOUNT_ID: 'a'.repeat(32),
    R2_ACCESS_KEY_ID: 'b'.repeat(32),
    R2_SECRET_ACCESS_KEY: 'c'.repeat(64),
    R2_BUCKET: 'movies',
    R2_PUBLIC_URL: 'https://media.example.com',
    MOVIE_INGEST_PLAYER_ORIGINS: `${PAGE}/`,
  };

  test('prints the steps, with no secret and no account in them', async () => {
    const { exitCode, stdout, stderr } = await runMain(['deliver'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('domain add movies --domain media.example.com');
    expect(stdout).toContain(PAGE);
    expect(stdout).not.toMatch(/a{32}|b{32}|c{64}/);
  });

  test('--out writes the same as files, with the Worker of this package; again is no different', async () => {
    const dir = join(makeTempDir('deliver'), 'edge');
    for (const _ of [1, 2]) {
      const { exitCode, stdout } = await runMain(['deliver', '--out', dir], {
        env: { ...env, ...LINK_KEY },
      });
      expect(exitCode).toBe(0);
      for (const path of stdout.trim().split('\n')) expect(existsSync(path), path).toBe(true);
    }
    const read = (name: string) => readFileSync(join(dir, name), 'utf8');
    expect(read('worker.js')).toBe(readFileSync(join(ROOT, 'edge/worker.js'), 'utf8'));
    expect(JSON.parse(read('wrangler.jsonc')).vars.ALLOWED_ORIGINS).toBe(PAGE);
    expect(read('README.md')).toContain('secret put SIGNING_KEYS');
    expect(read('README.md')).not.toContain(LINK_KEY.MOVIE_INGEST_LINK_SECRET);
  });

  test('--json is one object with the texts of the files', async () => {
    const { stdout } = await runMain(['deliver', '--json'], { env });
    const { type, bucket, files } = JSON.parse(stdout);
    expect({ type, bucket }).toEqual({ type: 'delivery', bucket: 'movies' });
    expect(JSON.parse(files['cors.json'])[0].AllowedOrigins).toEqual([PAGE]);
  });

  test('pages that are no origins are refused', async () => {
    const { exitCode, stderr } = await runMain(['deliver', '--player-origins', 'example.com'], {
      env,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('origins');
  });
});

describe.skipIf(inject('s3') === undefined)('deliver, at a real S3 server', () => {
  let server: Versitygw;
  let env: Env;
  let client: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    server = await startVersitygw();
    const { settings } = await makeBucket(server);
    Bucket = settings.bucket;
    env = s3Env(settings);
    const { endpoint, region, accessKeyId, secretAccessKey } = settings;
    const credentials = { accessKeyId, secretAccessKey };
    client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  const check = async (flag: string, own: Env = {}) => {
    const run = await runMain(['deliver', flag, '--player-origins', PAGE, '--json'], {
      env: { ...env, ...own },
    });
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { ...run, of: (name: string) => lines.find((line) => line.name === name) };
  };
  const rules = async () =>
    (await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules ?? [];

  test('--check finds what is missing, --apply sets it and leaves the rules of others, then all is well', async () => {
    const others = {
      ID: 'uploads',
      AllowedOrigins: ['https://cms.example.com'],
      AllowedMethods: ['PUT'],
    };
    await client.send(
      new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [others] } }),
    );
    const before = await check('--check');
    expect(before.exitCode).toBe(10);
    expect(before.of('CORS')).toMatchObject({ status: 'failed', detail: `${PAGE} may not read` });
    expect(await rules()).toHaveLength(1);

    const applied = await check('--apply');
    expect(applied.of('CORS'), applied.stdout).toMatchObject({ status: 'ok' });
    expect(await rules()).toMatchObject([{ AllowedOrigins: [PAGE] }, others]);
    expect((await check('--check')).of('CORS')).toMatchObject({ status: 'ok' });
  });

  test('what the server or the key does not let us set is a warning, with the way by hand', async () => {
    const user = await server.createUser({ accessKeyId: 'objects-only' });
    const run = await check('--apply', {
      S3_ACCESS_KEY_ID: user.accessKeyId,
      S3_SECRET_ACCESS_KEY: user.secretAccessKey,
    });
    expect(run.exitCode).toBe(0);
    expect(run.of('CORS')).toMatchObject({ status: 'warning' });
    expect(run.of('CORS').cause).toContain('Admin');
    expect(run.of('CORS').fix).toContain(`put-bucket-cors --bucket ${Bucket}`);
    expect(run.of('CORS').fix).not.toContain('wrangler');
    expect(run.of('lifecycle')).toMatchObject({ status: 'warning' });
  });

  test('behind the Worker the bucket needs no CORS of its own', async () => {
    const run = await check('--check', LINK_KEY);
    expect(run.of('CORS')).toMatchObject({ status: 'ok' });
    expect(run.of('CORS').detail).toContain('Worker');
  });
});
