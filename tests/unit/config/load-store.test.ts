import { describe, expect, it } from 'vitest';
import { B2, loadIn, mistakeIn, R2, S3, without } from './load-in.ts';

const ACCOUNT = R2.R2_ACCOUNT_ID;

describe('a store in a bucket', () => {
  it('R2: the endpoint is made of the account id', async () => {
    const { store, origins } = await loadIn({ env: R2 });
    expect(store).toEqual({
      kind: 'r2',
      endpoint: `https://${ACCOUNT}.r2.cloudflarestorage.com`,
      region: 'auto',
      bucket: 'movies',
      accessKeyId: R2.R2_ACCESS_KEY_ID,
      secretAccessKey: R2.R2_SECRET_ACCESS_KEY,
      publicBaseUrl: 'https://media.example.com',
    });
    expect(origins).toMatchObject({
      'store.kind': 'R2_BUCKET in the environment',
      'store.endpoint': 'R2_ACCOUNT_ID in the environment',
      'store.region': 'default',
      'store.bucket': 'R2_BUCKET in the environment',
      'store.publicBaseUrl': 'R2_PUBLIC_URL in the environment',
    });
  });

  it.each(['eu', 'fedramp'])('R2: the endpoint of jurisdiction %s', async (R2_JURISDICTION) => {
    const { store } = await loadIn({ env: { ...R2, R2_JURISDICTION } });
    expect(store).toMatchObject({
      endpoint: `https://${ACCOUNT}.${R2_JURISDICTION}.r2.cloudflarestorage.com`,
    });
  });

  it('R2: an endpoint of its own needs no account id, and its keys may look like anything', async () => {
    const env = {
      ...without(R2, 'R2_ACCOUNT_ID'),
      R2_ENDPOINT: 'http://127.0.0.1:9000/',
      R2_ACCESS_KEY_ID: 'test',
      R2_SECRET_ACCESS_KEY: 'hunter2',
    };
    const { store, warnings, origins } = await loadIn({ env });
    expect(store).toMatchObject({ kind: 'r2', endpoint: 'http://127.0.0.1:9000', region: 'auto' });
    expect(origins['store.endpoint']).toBe('R2_ENDPOINT in the environment');
    expect(warnings).toEqual([]);
  });

  it.each([
    ['s3.us-west-004.backblazeb2.com', 'https://s3.us-west-004.backblazeb2.com', 'us-west-004'],
    [
      'https://s3.eu-central-003.backblazeb2.com/',
      'https://s3.eu-central-003.backblazeb2.com',
      'eu-central-003',
    ],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000', 'us-east-1'],
  ])('B2: %s says the region', async (B2_ENDPOINT, endpoint, region) => {
    const { store, origins } = await loadIn({ env: { ...B2, B2_ENDPOINT } });
    expect(store).toEqual({
      kind: 'b2',
      endpoint,
      region,
      bucket: 'movies',
      accessKeyId: B2.B2_KEY_ID,
      secretAccessKey: B2.B2_APPLICATION_KEY,
      publicBaseUrl: 'https://media.example.com',
    });
    expect(origins['store.region']).toBe('B2_ENDPOINT in the environment');
  });

  it('any S3', async () => {
    const { store } = await loadIn({ env: S3 });
    expect(store).toEqual({
      kind: 's3',
      endpoint: 'http://127.0.0.1:9000',
      region: 'us-east-1',
      bucket: 'movies',
      accessKeyId: 'minioadmin',
      secretAccessKey: 'hunter2hunter2',
      publicBaseUrl: 'http://127.0.0.1:9000/movies',
    });
  });

  it('any S3: an endpoint may have a path, as Supabase has', async () => {
    const env = { ...S3, S3_ENDPOINT: 'https://x.supabase.co/storage/v1/s3' };
    expect((await loadIn({ env })).store).toMatchObject({
      endpoint: 'https://x.supabase.co/storage/v1/s3',
    });
  });

  it('the five may come from five places', async () => {
    const { store, origins } = await loadIn({
      env: { R2_ACCESS_KEY_ID: R2.R2_ACCESS_KEY_ID },
      dotenv: `R2_SECRET_ACCESS_KEY=${R2.R2_SECRET_ACCESS_KEY}`,
      project: { r2: { bucket: 'movies' } },
      user: { r2: { accountId: ACCOUNT, publicUrl: 'https://media.example.com/' } },
    });
    expect(store).toMatchObject({ kind: 'r2', publicBaseUrl: 'https://media.example.com' });
    expect(origins).toMatchObject({
      'store.accessKeyId': 'R2_ACCESS_KEY_ID in the environment',
      'store.secretAccessKey': '.env line 1',
      'store.bucket': 'movie-ingest.config.json: r2.bucket',
      'store.endpoint': 'config.json: r2.accountId',
    });
  });

  it('newlines and spaces around values, as files of secrets have them, are taken off', async () => {
    const env = Object.fromEntries(
      Object.entries(R2).map(([name, value]) => [name, ` ${value}\n`]),
    );
    expect((await loadIn({ env })).store).toMatchObject({
      bucket: 'movies',
      secretAccessKey: R2.R2_SECRET_ACCESS_KEY,
    });
  });
});

describe('half a configuration is an error, never a silent fall back to the folder', () => {
  const groups = [
    ['R2', R2],
    ['B2', B2],
    ['S3', S3],
  ] as const;
  const rows = groups.flatMap(([label, values]) =>
    Object.keys(values).flatMap((name) => [
      { label, missing: name, env: without(values, name) },
      { label, missing: name, env: { ...values, [name]: '' } },
    ]),
  );

  it.each(rows)('$label without $missing', async ({ label, missing, env }) => {
    const error = await mistakeIn({ env });
    expect(error.exit).toBe('usage');
    expect(error.message).toBe(`${label} is only half configured: ${missing} is missing`);
    for (const [name, value] of Object.entries(env)) {
      if (value !== '') expect(error.why).toContain(`${name} in the environment`);
    }
    expect(error.fix).toContain(missing);
  });

  it.each(
    groups.flatMap(([label, values]) =>
      Object.entries(values).map((entry) => [label, ...entry] as const),
    ),
  )('%s with nothing but %s', async (label, name, value) => {
    const error = await mistakeIn({ env: { [name]: value } });
    expect(error.message).toContain(`${label} is only half configured`);
    expect(error.why).toBe(`Set so far: ${name} in the environment`);
  });

  it('says of each part where it stands and of each missing one its name', async () => {
    const error = await mistakeIn({
      env: { R2_ACCESS_KEY_ID: 'x' },
      dotenv: '\nR2_SECRET_ACCESS_KEY=hunter2',
      project: { r2: { bucket: 'movies' } },
    });
    expect(error.message).toBe(
      'R2 is only half configured: R2_ACCOUNT_ID, R2_PUBLIC_URL are missing',
    );
    for (const place of [
      'R2_ACCESS_KEY_ID in the environment',
      'R2_SECRET_ACCESS_KEY (.env line 2)',
      'R2_BUCKET (~/films/new/movie-ingest.config.json line 3: r2.bucket)',
    ]) {
      expect(error.why).toContain(place);
    }
  });

  it.each([
    [{ R2_JURISDICTION: 'eu' }, 'R2_ACCOUNT_ID, R2_BUCKET'],
    [{ R2_ENDPOINT: 'http://127.0.0.1:1' }, 'R2_BUCKET, R2_ACCESS_KEY_ID'],
  ])('an optional part alone: %j', async (env, missing) => {
    expect((await mistakeIn({ env })).message).toContain(missing);
  });

  it('a store that is chosen and not configured at all', async () => {
    const error = await mistakeIn({ flags: { store: 's3' } });
    expect(error.message).toContain('S3 is not configured: S3_ENDPOINT');
  });

  it('half of another store does not matter once one is chosen', async () => {
    const env = { ...R2, S3_REGION: 'us-east-1' };
    expect((await loadIn({ env, flags: { store: 'r2' } })).store.kind).toBe('r2');
    expect((await loadIn({ env, flags: { store: 'folder' } })).store.kind).toBe('folder');
  });
});

describe('two stores at once', () => {
  it('are an error that names both and where each stands', async () => {
    const error = await mistakeIn({ env: R2, project: { s3: { bucket: 'films' } } });
    expect(error.exit).toBe('usage');
    expect(error.message).toBe('Two stores are configured: R2 and S3');
    expect(error.why).toContain('R2_BUCKET in the environment');
    expect(error.why).toContain('movie-ingest.config.json line 3: s3.bucket');
    expect(error.fix).toContain('--store r2 or --store s3');
  });

  it.each([
    [{ flags: { store: 'b2' } }, 'b2', 'flag --store'],
    [{ env: { MOVIE_INGEST_STORE: 's3' } }, 's3', 'MOVIE_INGEST_STORE in the environment'],
    [{ project: { store: 'r2' } }, 'r2', 'movie-ingest.config.json: store'],
    [{ flags: { store: 'folder' } }, 'folder', 'flag --store'],
  ] as const)('%j chooses', async (situation, kind, origin) => {
    const env = { ...R2, ...B2, ...S3, ...('env' in situation ? situation.env : {}) };
    const { store, origins } = await loadIn({ ...situation, env });
    expect(store.kind).toBe(kind);
    expect(origins['store.kind']).toBe(origin);
  });
});

describe('values that cannot be right', () => {
  const rows: [string, Record<string, string>, RegExp][] = [
    [
      'an endpoint as account id',
      { ...R2, R2_ACCOUNT_ID: `https://${ACCOUNT}.r2.cloudflarestorage.com` },
      new RegExp(`the whole S3 endpoint.*\n.*\nSet R2_ACCOUNT_ID=${ACCOUNT}$`),
    ],
    [
      'one of a jurisdiction',
      { ...R2, R2_ACCOUNT_ID: `${ACCOUNT}.eu.r2.cloudflarestorage.com/movies` },
      /Set R2_ACCOUNT_ID=\w+ and R2_JURISDICTION=eu$/,
    ],
    [
      'a name as account id',
      { ...R2, R2_ACCOUNT_ID: 'evil.example/' },
      /not an account id[\s\S]*32 hex/,
    ],
    [
      'swapped halves of R2',
      {
        ...R2,
        R2_ACCESS_KEY_ID: R2.R2_SECRET_ACCESS_KEY,
        R2_SECRET_ACCESS_KEY: R2.R2_ACCESS_KEY_ID,
      },
      /R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY are swapped/,
    ],
    ['an AWS key for R2', { ...R2, R2_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, /key of AWS/],
    ['a B2 key for R2', { ...R2, R2_ACCESS_KEY_ID: B2.B2_KEY_ID }, /key of Backblaze/],
    [
      'a key that R2 refuses for its length',
      { ...R2, R2_ACCESS_KEY_ID: 'hunter2' },
      /7 characters; R2 takes 32/,
    ],
    ['an unknown jurisdiction', { ...R2, R2_JURISDICTION: 'us' }, /no jurisdiction of R2/],
    [
      'endpoint and jurisdiction',
      { ...R2, R2_JURISDICTION: 'eu', R2_ENDPOINT: 'https://a.example' },
      /twice/,
    ],
    [
      'an R2 endpoint with the bucket',
      { ...R2, R2_ENDPOINT: 'https://a.example/movies' },
      /a path behind the host/,
    ],
    [
      'the S3 endpoint as public URL',
      { ...R2, R2_PUBLIC_URL: `https://${ACCOUNT}.r2.cloudflarestorage.com/movies` },
      /not a public address[\s\S]*custom domain/,
    ],
    [
      'a public URL without https://',
      { ...R2, R2_PUBLIC_URL: 'media.example.com' },
      /not a web address/,
    ],
    [
      'a public URL of another kind',
      { ...R2, R2_PUBLIC_URL: 'ftp://media.example.com' },
      /not a web address/,
    ],
    [
      'a public URL with a query',
      { ...R2, R2_PUBLIC_URL: 'https://a.example/?token=hunter2' },
      /holds a query/,
    ],
    [
      'a public URL with a login',
      { ...R2, R2_PUBLIC_URL: 'https://u:hunter2@a.example' },
      /holds a login/,
    ],
    [
      'a public URL with a fragment',
      { ...R2, R2_PUBLIC_URL: 'https://a.example/#hunter2' },
      /holds a fragment/,
    ],
    [
      'a bucket that is an address',
      { ...R2, R2_BUCKET: 's3://movies' },
      /R2_BUCKET.*not the name of a bucket[\s\S]*address or a path/,
    ],
    ['a bucket with spaces', { ...R2, R2_BUCKET: 'my movies' }, /3 to 63/],
    ['a bucket that would leave the path', { ...R2, R2_BUCKET: '..' }, /not the name/],
    [
      'a B2 endpoint with the bucket in front',
      { ...B2, B2_ENDPOINT: 'movies.s3.us-west-004.backblazeb2.com' },
      /name of the bucket in front/,
    ],
    [
      'a B2 endpoint with a path',
      { ...B2, B2_ENDPOINT: 'https://s3.us-west-004.backblazeb2.com/movies' },
      /a path behind the host/,
    ],
    [
      'a B2 endpoint of another host',
      { ...B2, B2_ENDPOINT: 'https://f004.backblazeb2.com' },
      /not an S3 endpoint of Backblaze/,
    ],
    [
      'a B2 endpoint in the clear',
      { ...B2, B2_ENDPOINT: 'http://s3.us-west-004.backblazeb2.com' },
      /https:\/\//,
    ],
    ['the master key of B2', { ...B2, B2_KEY_ID: '5f0571db506a' }, /master key/],
    [
      'swapped halves of B2',
      { ...B2, B2_KEY_ID: B2.B2_APPLICATION_KEY, B2_APPLICATION_KEY: B2.B2_KEY_ID },
      /B2_KEY_ID and B2_APPLICATION_KEY are swapped/,
    ],
    [
      'an S3 endpoint with the bucket',
      { ...S3, S3_ENDPOINT: 'http://127.0.0.1:9000/movies' },
      /holds the name of the bucket/,
    ],
    [
      'an S3 endpoint with the bucket in front',
      { ...S3, S3_ENDPOINT: 'https://movies.s3.eu-central-1.amazonaws.com' },
      /holds the name of the bucket/,
    ],
    [
      'an S3 endpoint with a login',
      { ...S3, S3_ENDPOINT: 'http://minio:hunter2@127.0.0.1:9000' },
      /holds a login/,
    ],
    ['an S3 region that is an address', { ...S3, S3_REGION: 's3.example.com/' }, /not a region/],
    [
      'swapped halves of AWS',
      {
        ...S3,
        S3_ENDPOINT: 'https://s3.eu-central-1.amazonaws.com',
        S3_ACCESS_KEY_ID: 'x'.repeat(40),
        S3_SECRET_ACCESS_KEY: 'AKIAIOSFODNN7EXAMPLE',
      },
      /swapped/,
    ],
  ];

  it.each(rows)('%s', async (_, env, expected) => {
    const error = await mistakeIn({ env });
    expect(error.exit).toBe('usage');
    expect(error.text).toMatch(expected);
    // promise 8: neither secrets nor what was pasted in their place
    for (const secret of [
      'hunter2',
      'c0ffee',
      'feedfeed',
      'K004',
      'AKIA',
      '5f0571db506a',
      'minioadmin',
    ]) {
      expect(`${error.text} ${error.stack}`).not.toContain(secret);
    }
  });

  it('a secret of R2 that does not look like one is only a warning: Cloudflare may change', async () => {
    const { warnings } = await loadIn({ env: { ...R2, R2_SECRET_ACCESS_KEY: 'hunter2-hunter2' } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('R2_SECRET_ACCESS_KEY');
    expect(JSON.stringify(warnings)).not.toContain('hunter2');
  });
});
