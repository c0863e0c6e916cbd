/** The parts of what the driver throws that say what happened. */
export type MongoFailure = Readonly<{
  /** Class of the driver's error: `MongoServerSelectionError`. Plain errors come from DNS and sockets. */
  name: string;
  /** Of the error and of all that caused it, outermost first. */
  messages: readonly string[];
  /** `ECONNREFUSED`, `ERR_TLS_CERT_ALTNAME_INVALID`, …: the innermost one. */
  systemCode: string | undefined;
  /** The server's own number. */
  serverCode: number | undefined;
  labels: readonly string[];
  keyPattern: Readonly<Record<string, unknown>>;
  keyValue: Readonly<Record<string, unknown>>;
  /** Why a server's validator refused a document. */
  errInfo: unknown;
  /** What a failed selection had found: `ReplicaSetNoPrimary`. */
  topology: string | undefined;
}>;

/** What messages may say of the connection; nothing here is secret. */
export type MongoContext = Readonly<{
  /** `cluster0.abc.mongodb.net` or `127.0.0.1:27017`. */
  host: string;
  /** `movies.movies`. */
  namespace: string;
  /** The name in the connection string; '' when there is none. */
  user: string;
}>;

export type Explanation = Readonly<{
  /** `catalog` otherwise. */
  exit?: 'credentials';
  what: string;
  why?: string;
  fix?: string;
  /** The documents of other films may do. */
  isOfOneFilm?: true;
}>;

/** Undefined for an error that neither the driver, nor the server, nor the network made: a bug. */
export function readMongoFailure(error: unknown): MongoFailure | undefined {
  const chain = causes(error);
  const [outer] = chain;
  if (outer === undefined) return undefined;
  const codes = chain.map(({ code }) => code);
  const systemCode = codes.findLast(isSystemCode);
  const serverCode = codes.find((code) => typeof code === 'number');
  if (!outer.name.startsWith('Mongo') && systemCode === undefined) return undefined;
  return {
    name: outer.name,
    messages: chain.map(({ message }) => message),
    systemCode,
    serverCode,
    labels: chain.flatMap(({ errorLabels }) => [...(errorLabels ?? [])]),
    keyPattern: outer.keyPattern ?? {},
    keyValue: outer.keyValue ?? {},
    errInfo: outer.errInfo,
    topology: outer.reason?.type,
  };
}

function isSystemCode(code: unknown): code is string {
  return typeof code === 'string' && SYSTEM_CODE.test(code);
}

/** Of sockets, DNS and TLS; not ABORT_ERR, nor ERR_INVALID_ARG_TYPE and the like, which are bugs. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z_]+$|^ERR_(?:SSL|TLS)_|CERT|SELF_SIGNED|^UNABLE_TO_/;

/**
 * Whether trying again may help. By the code as well as by the class: a pooled connection that the
 * other side ended is a plain Error with EPIPE and without labels (test-servers.md §2.3).
 */
export function isTransient(error: unknown): boolean {
  const failure = readMongoFailure(error);
  if (failure === undefined) return false;
  const { name, systemCode, serverCode, labels } = failure;
  if (serverCode !== undefined) return TRANSIENT_SERVER.has(serverCode);
  if (systemCode !== undefined) return TRANSIENT_SYSTEM.has(systemCode);
  return (
    /^Mongo(?:Network|ServerSelection|ConnectionPool|PoolCleared|WaitQueue)/.test(name) ||
    labels.some((label) => label === 'RetryableWriteError' || label === 'TransientTransactionError')
  );
}

/** Elections, shut-downs, time-outs, overload (16500: Cosmos). */
const TRANSIENT_SERVER = new Set([
  6, 7, 50, 64, 89, 91, 112, 134, 189, 262, 317, 358, 384, 9001, 10107, 11600, 11602, 13435, 13436,
  16500,
]);

const TRANSIENT_SYSTEM = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ETIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND', // a laptop between two networks has no DNS
]);

type ErrorLike = Error & {
  code?: unknown;
  errorLabels?: Iterable<string>;
  keyPattern?: Record<string, unknown>;
  keyValue?: Record<string, unknown>;
  errInfo?: unknown;
  reason?: { type?: string; servers?: ReadonlyMap<string, { error?: unknown }> };
};

/** The error and its causes; of a failed server selection also what its first server said. */
function causes(error: unknown): readonly ErrorLike[] {
  const chain: ErrorLike[] = [];
  let next: unknown = error;
  while (next instanceof Error && chain.length < 6 && !chain.includes(next as ErrorLike)) {
    const current = next as ErrorLike;
    chain.push(current);
    const server = current.reason?.servers?.values().next().value;
    next = current.cause ?? server?.error;
  }
  return chain;
}
