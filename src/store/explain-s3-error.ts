import { createRedactor } from '../lib/redact.ts';
import { keyShapeProblem } from './key-shape.ts';
import { type BucketSettings, PROVIDERS } from './providers.ts';
import { type FailureKind, StoreFailure } from './store-failure.ts';

export type S3Action = Readonly<{
  settings: BucketSettings;
  /** What was being done, after "could not": `write videos/x/master.m3u8`. */
  doing: string;
}>;

/**
 * What the SDK, or the network under it, threw, as a StoreFailure that says what happened and what to
 * do (storage-delivery.md §1.2). Its cause is a plain copy of the error without request and headers:
 * those hold the key id, which is the secret when somebody swapped them. What is no failure of the
 * service or the network is a bug and comes back as it is.
 */
export function explainS3Error(error: unknown, action: S3Action): unknown {
  if (error instanceof StoreFailure) return error;
  const facts = readFacts(error, action.settings);
  if (facts === undefined) return error;
  const explain = BY_NAME[facts.name] ?? BY_NAME[facts.code] ?? byShape(facts);
  const { kind, exit, what, why, fix } = explain(facts, action);
  const cause = Object.assign(new Error(facts.message), { name: facts.name || facts.code });
  return new StoreFailure(kind, exit ?? 'store', {
    what: `${what}${inBrackets(facts)}`,
    why: why ?? facts.message,
    cause,
    ...(fix === undefined ? {} : { fix }),
  });
}

type Facts = Readonly<{
  /** The code in the XML of the answer, or the error's own name: `NoSuchBucket`, `TimeoutError`. */
  name: string;
  /** Of Node: `ECONNRESET`. Empty when there was an answer. */
  code: string;
  /** HTTP; undefined when no answer came. */
  status: number | undefined;
  message: string;
}>;

type Explanation = Readonly<{
  kind: FailureKind;
  exit?: 'credentials';
  what: string;
  why?: string;
  fix?: string;
}>;

type Explain = (facts: Facts, action: S3Action) => Explanation;

function readFacts(error: unknown, settings: BucketSettings): Facts | undefined {
  if (!(error instanceof Error)) return undefined;
  const raw = error as Error & {
    code?: unknown;
    Code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  // The SDK puts the XML's code in `name`, but calls what it has no class for "Unknown" or "Error".
  const isNamed =
    error.name !== 'Error' && error.name !== 'Unknown' && error.name !== 'UnknownError';
  const name = isNamed ? error.name : String(raw.Code ?? '');
  const code = typeof raw.code === 'string' ? raw.code : '';
  const status = raw.$metadata?.httpStatusCode;
  const isBug = error instanceof TypeError || error instanceof RangeError;
  if (isBug || (status === undefined && code === '' && name !== 'TimeoutError')) return undefined;
  const redact = createRedactor([settings.secretAccessKey, settings.accessKeyId]);
  return { name, code, status, message: redact(error.message || code || name) };
}

function inBrackets({ name, code, status }: Facts): string {
  const parts = [name === 'Error' ? code : name || code, status].filter(Boolean);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

const label = ({ settings }: S3Action) => PROVIDERS[settings.kind].label;
const variables = ({ settings }: S3Action) => PROVIDERS[settings.kind].variables;
const hostOf = ({ settings }: S3Action) => new URL(settings.endpoint).host;

const unknownKey: Explain = (_facts, action) => ({
  kind: 'permanent',
  exit: 'credentials',
  what: `${label(action)} refused the access key`,
  why:
    keyShapeProblem(action.settings) ??
    `${variables(action).key} is unknown or expired, or ${variables(action).endpoint} is of another account; a new key may need a minute`,
  fix: keyFix(action),
});

const wrongSecret: Explain = (_facts, action) => ({
  kind: 'permanent',
  exit: 'credentials',
  what: `${label(action)} refused the signature: the secret is wrong`,
  why:
    keyShapeProblem(action.settings) ??
    `${variables(action).secret} does not belong to ${variables(action).key}`,
  fix: keyFix(action),
});

const denied: Explain = (_facts, action) => ({
  kind: 'permanent',
  exit: 'credentials',
  what: `${label(action)} does not let this key ${action.doing}`,
  why:
    keyShapeProblem(action.settings) ??
    `the key may not do that, or is made for another bucket than ${action.settings.bucket}`,
  fix: keyFix(action),
});

function keyFix(action: S3Action): string {
  const { key, secret } = variables(action);
  const { keyAdvice } = PROVIDERS[action.settings.kind];
  return `${keyAdvice}. Put both halves in ${key} and ${secret}, then: movie-ingest doctor`;
}

const noBucket: Explain = (_facts, action) => ({
  kind: 'permanent',
  what: `Bucket "${action.settings.bucket}" was not found at ${hostOf(action)}`,
  why: `the name is wrong, or the bucket is in another account or at another endpoint`,
  fix: `Check ${variables(action).bucket} and ${variables(action).endpoint}. ${PROVIDERS[action.settings.kind].bucketAdvice}.`,
});

const wrongRegion: Explain = ({ message }, action) => {
  const { endpoint, region, kind } = action.settings;
  const expected = PROVIDERS[kind].regionOf(endpoint);
  return {
    kind: 'permanent',
    what: `${label(action)} does not accept region "${region}" at ${hostOf(action)}`,
    why: message,
    fix:
      expected === undefined || expected === region
        ? `Check ${variables(action).region} and ${variables(action).endpoint}.`
        : `Set ${variables(action).region} to the region of the endpoint: ${expected}.`,
  };
};

const wrongClock: Explain = (_facts, action) => ({
  kind: 'permanent',
  what: `The clock of this machine differs from that of ${label(action)} by more than 15 minutes`,
  fix: 'Set the clock (System Settings, Date & Time; or timedatectl set-ntp true).',
});

const notEntitled: Explain = (_facts, action) => ({
  kind: 'permanent',
  what: `${label(action)} is not enabled for this account`,
  fix: 'Enable it in the dashboard of the account, then: movie-ingest doctor',
});

const full: Explain = (_facts, action) => ({
  kind: 'permanent',
  what: `${label(action)} at ${hostOf(action)} has no space left`,
  fix: 'Make room in the store, then run the same command again: what is stored is not sent again.',
});

const notSupported: Explain = (_facts, action) => ({
  kind: 'permanent',
  what: `${label(action)} at ${hostOf(action)} cannot ${action.doing}`,
  fix: `Check that ${variables(action).endpoint} is the S3 address of the store.`,
});

const damaged: Explain = (_facts, action) => ({
  kind: 'damaged',
  what: `Damaged on the way to ${label(action)}: could not ${action.doing}`,
  fix: 'Run the same command again. If it comes back, test the memory and the network of this machine.',
});

const busy: Explain = (_facts, action) => ({
  kind: 'busy',
  what: `${label(action)} is too slow or too busy: could not ${action.doing}`,
  fix: 'Run the same command again later, with a smaller --upload-concurrency if it stays so.',
});

const passing: Explain = (_facts, action) => ({
  kind: 'passing',
  what: `${label(action)} failed: could not ${action.doing}`,
  fix: 'Run the same command again: what is stored is not sent again.',
});

const unreachable: Explain = (_facts, action) => ({
  kind: 'passing',
  what: `${label(action)} cannot be reached at ${hostOf(action)}: could not ${action.doing}`,
  fix: `Check the network, and ${variables(action).endpoint}.`,
});

const noHost: Explain = (_facts, action) => ({
  kind: 'passing', // an offline machine looks the same as a wrong name
  what: `The name ${hostOf(action)} was not found`,
  why: `there is no network, or ${variables(action).endpoint} is wrong`,
  fix: `Check the network, and ${variables(action).endpoint}.`,
});

const badTls: Explain = ({ message }, action) => ({
  kind: 'permanent',
  what: `No trusted connection to ${hostOf(action)}`,
  why: message,
  fix: /wrong version number/i.test(message)
    ? `The server there speaks no TLS: begin ${variables(action).endpoint} with http:// if that is meant.`
    : `Check ${variables(action).endpoint} and the clock; a proxy or a login page may stand in between.`,
});

const refused: Explain = ({ message }, action) => ({
  kind: 'permanent',
  what: `${label(action)} refused to ${action.doing}`,
  why: keyShapeProblem(action.settings) ?? message,
});

const BY_NAME: Readonly<Record<string, Explain>> = {
  InvalidAccessKeyId: unknownKey,
  Unauthorized: unknownKey,
  XAdminUserNotFound: unknownKey,
  InvalidToken: unknownKey,
  ExpiredToken: unknownKey,
  SignatureDoesNotMatch: wrongSecret,
  AccessDenied: denied,
  NotEntitled: notEntitled,
  NotSignedUp: notEntitled,
  NoSuchBucket: noBucket,
  InvalidBucketName: noBucket,
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  InvalidRegionName: wrongRegion,
  RequestTimeTooSkewed: wrongClock,
  RequestExpired: wrongClock,
  InsufficientStorage: full,
  NotImplemented: notSupported,
  BadDigest: damaged,
  InvalidDigest: damaged,
  XAmzContentChecksumMismatch: damaged,
  XAmzContentSHA256Mismatch: damaged,
  // 400s that are the network's fault; the SDK calls them final (storage-delivery.md §1.2)
  IncompleteBody: passing,
  ClientDisconnect: passing,
  RequestTimeout: busy,
  RequestTimeTooSlow: busy,
  NoSuchUpload: passing, // the parts expired: a new try begins a new upload
  OperationAborted: passing,
  SlowDown: busy,
  TooManyRequests: busy,
  ServiceUnavailable: busy,
  TimeoutError: busy,
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  EPROTO: badTls,
};

/** For names that are not in the table: by status, or by Node's code when there was no answer. */
function byShape({ status, code, message }: Facts): Explain {
  if (status === undefined)
    return /CERT|SELF_SIGNED|^ERR_(TLS|SSL)/.test(code) ? badTls : unreachable;
  if (/access key has length/i.test(message)) return unknownKey; // R2: InvalidArgument, 400
  return BY_STATUS[status] ?? (status >= 500 || status < 300 ? passing : refused);
}

const BY_STATUS: Readonly<Record<number, Explain>> = {
  301: wrongRegion,
  307: wrongRegion,
  401: unknownKey,
  403: denied,
  408: busy,
  429: busy,
  501: notSupported,
  503: busy,
  507: full,
};
