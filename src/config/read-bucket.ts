import type { Origin, StoreSettings } from '../model/settings.ts';
import { checkPublicUrl, plainUrl } from './check-url.ts';
import { isComplete } from './choose-store.ts';
import { keyProblems } from './key-shapes.ts';
import type { Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import { b2Endpoint, type Endpoint, r2Endpoint, s3Endpoint } from './read-endpoint.ts';
import type { SettingName } from './setting-table.ts';

type BucketSettings = Exclude<StoreSettings, { kind: 'folder' }>;

/** `isRealProvider` is false for stand-ins (MinIO, test servers), which have rules of their own. */
export type Bucket = Readonly<{ settings: BucketSettings; isRealProvider: boolean }>;

/** How each provider calls the parts that a bucket is made of. */
const NAMES = {
  r2: {
    bucket: 'r2.bucket',
    accessKeyId: 'r2.accessKeyId',
    secretAccessKey: 'r2.secretAccessKey',
    publicBaseUrl: 'r2.publicUrl',
  },
  b2: {
    bucket: 'b2.bucket',
    accessKeyId: 'b2.keyId',
    secretAccessKey: 'b2.applicationKey',
    publicBaseUrl: 'b2.publicUrl',
  },
  s3: {
    bucket: 's3.bucket',
    accessKeyId: 's3.accessKeyId',
    secretAccessKey: 's3.secretAccessKey',
    publicBaseUrl: 's3.publicUrl',
  },
} as const satisfies Record<BucketSettings['kind'], Record<string, SettingName>>;

/** The account id makes the endpoint, unless one is given. */
export function readR2(values: Layer, problems: Problem[]): Bucket | undefined {
  return readBucket(values, {
    kind: 'r2',
    address: [values.has('r2.endpoint') ? 'r2.endpoint' : 'r2.accountId'],
    readEndpoint: r2Endpoint,
    problems,
  });
}

export function readB2(values: Layer, problems: Problem[]): Bucket | undefined {
  return readBucket(values, {
    kind: 'b2',
    address: ['b2.endpoint'],
    readEndpoint: b2Endpoint,
    problems,
  });
}

export function readS3(values: Layer, problems: Problem[]): Bucket | undefined {
  return readBucket(values, {
    kind: 's3',
    address: ['s3.endpoint', 's3.region'],
    readEndpoint: s3Endpoint,
    problems,
  });
}

type ReadOptions = Readonly<{
  kind: BucketSettings['kind'];
  /** The settings that say where the bucket is. */
  address: readonly SettingName[];
  readEndpoint: (values: Layer, problems: Problem[]) => Endpoint | undefined;
  problems: Problem[];
}>;

/** Undefined when `problems` has grown. */
function readBucket(values: Layer, options: ReadOptions): Bucket | undefined {
  const { kind, address, problems } = options;
  const required = [...address, ...Object.values(NAMES[kind])];
  if (!isComplete(values, { kind, required }, problems)) return undefined;
  return readParts(values, options);
}

/** What is wrong with the values that are there, whatever is missing yet: for whoever is asked one by one. */
export function bucketMistakes(values: Layer, kind: BucketSettings['kind']): readonly Problem[] {
  const problems: Problem[] = [];
  const readEndpoint = { r2: r2Endpoint, b2: b2Endpoint, s3: s3Endpoint }[kind];
  readParts(values, { kind, readEndpoint, problems });
  return problems;
}

/** Undefined when `problems` has grown, or when something is missing. */
function readParts(
  values: Layer,
  { kind, readEndpoint, problems }: Omit<ReadOptions, 'address'>,
): Bucket | undefined {
  const names = NAMES[kind];
  const before = problems.length;
  const endpoint = readEndpoint(values, problems);
  const publicBaseUrl = readPublicUrl(values, names.publicBaseUrl, problems);
  const rest = {
    kind,
    bucket: readBucketName(values, names.bucket, problems),
    accessKeyId: textOf(values, names.accessKeyId),
    secretAccessKey: textOf(values, names.secretAccessKey),
  };
  const isRealProvider = endpoint !== undefined && isReal(endpoint);
  problems.push(...keyProblems({ ...rest, isRealProvider }));
  if (endpoint === undefined || publicBaseUrl === undefined || problems.length > before) {
    return undefined;
  }
  const settings = {
    ...rest,
    endpoint: plainUrl(endpoint.url),
    region: endpoint.region,
    publicBaseUrl,
  };
  return { settings, isRealProvider };
}

/** Keys are paths in Settings. A value that is worked out has the origin of what it is made of. */
export function bucketOrigins(
  values: Layer,
  kind: BucketSettings['kind'],
): Readonly<Record<string, Origin>> {
  const originOf = (name: SettingName) => values.get(name)?.origin;
  const given = Object.entries(NAMES[kind]).map(([key, name]) => [`store.${key}`, originOf(name)]);
  const endpoint = originOf(`${kind}.endpoint`) ?? originOf('r2.accountId') ?? 'default';
  const region = { r2: 'default', b2: endpoint, s3: originOf('s3.region') ?? 'default' }[kind];
  return {
    ...Object.fromEntries(given),
    'store.endpoint': endpoint,
    'store.region': region,
  };
}

export function readPublicUrl(
  values: Layer,
  name: SettingName,
  problems: Problem[],
): string | undefined {
  const found = values.get(name);
  if (found === undefined) return undefined;
  const checked = checkPublicUrl({ called: nameSource(name, found), value: found.value });
  if ('url' in checked) return plainUrl(checked.url);
  problems.push(checked.problem);
  return undefined;
}

function readBucketName(values: Layer, name: SettingName, problems: Problem[]): string {
  const bucket = textOf(values, name);
  const found = values.get(name);
  if (found !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$/.test(bucket)) {
    problems.push({
      what: `${nameSource(name, found)} is not the name of a bucket`,
      why: bucket.includes('/')
        ? 'It looks like an address or a path'
        : 'Names have 3 to 63 letters, digits, dots and hyphens',
      fix: 'Write the bare name, as the list of buckets shows it',
    });
  }
  return bucket;
}

function isReal({ url }: Endpoint): boolean {
  return /\.(?:r2\.cloudflarestorage|backblazeb2|amazonaws)\.com$/.test(url.hostname);
}

function textOf(values: Layer, name: SettingName): string {
  return values.get(name)?.value ?? '';
}
