import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** What a failure of Redis means for its user. `name` is the address without its password. */
export function explainRedisError(error: unknown, name: string): IngestError {
  if (error instanceof IngestError) return error;
  const said = textOf(error);
  const [exit, parts] = judge(said);
  return new IngestError(exit, {
    what: `the queue at ${name} ${parts.what}`,
    why: cleanText(said, { maxLength: 300 }),
    fix: parts.fix,
    cause: error,
  });
}

type Parts = Readonly<{ what: string; fix: string }>;

function judge(said: string): [ExitName, Parts] {
  if (
    /WRONGPASS|NOAUTH|invalid username-password|invalid password|called without any password/i.test(
      said,
    )
  ) {
    return [
      'credentials',
      {
        what: 'refused user or password',
        fix: 'Write them into the address, in front of the host: user, colon, password, @ (without a user it begins with the colon); percent-encode @ : / ? # %',
      },
    ];
  }
  if (/NOPERM/.test(said)) {
    return [
      'credentials',
      {
        what: 'does not let this user do what a queue needs',
        fix: 'Give the ACL user all commands on the keys of the queue: ACL SETUSER name ~bull:* +@all',
      },
    ];
  }
  if (/certificate|self.signed|SSL|TLS|wrong version number/i.test(said)) {
    return [
      'queue',
      {
        what: 'cannot be reached by TLS',
        fix: 'rediss:// is for a server with TLS, redis:// for one without. Name a certificate authority of your own in NODE_EXTRA_CA_CERTS',
      },
    ];
  }
  if (/\b(?:READONLY|OOM|MISCONF|LOADING|CLUSTERDOWN|MASTERDOWN)\b/.test(said)) {
    return ['queue', { what: 'takes no jobs', fix: 'See what the server says, and try again' }];
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(said)) {
    return [
      'queue',
      {
        what: 'is not found by its name',
        fix: 'Correct the host in --queue or MOVIE_INGEST_QUEUE',
      },
    ];
  }
  return [
    'queue',
    {
      what: 'cannot be reached',
      fix: `${tlsHint(said)}Is Redis running there, and may this machine connect to it? Without a queue: the same command with --no-queue`,
    },
  ];
}

/** One side speaks TLS and the other does not: all that is seen is a connection that ends at once. */
function tlsHint(said: string): string {
  return /ECONNRESET|EPIPE|Connection is closed|no answer within/i.test(said)
    ? 'If that server speaks TLS, its address begins with rediss://; if not, with redis://. '
    : '';
}

/** The deepest cause says it: the client's own words are about its retries. */
function textOf(error: unknown): string {
  const texts: string[] = [];
  for (let next = error; next instanceof Error && texts.length < 5; next = next.cause) {
    const { code } = next as NodeJS.ErrnoException;
    texts.push(
      code === undefined || next.message.includes(code) ? next.message : `${code} ${next.message}`,
    );
    if (next instanceof AggregateError) texts.push(...next.errors.map(textOf));
  }
  return [...new Set(texts)].join('; ') || String(error);
}

/** Whether Redis, or the way to it, failed; everything else is no news of the queue. */
export function isRedisError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  return (
    ['ReplyError', 'MaxRetriesPerRequestError', 'AbortError'].includes(error.name) ||
    /^E(?:CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND)/.test(code) ||
    /Connection is closed|Command timed out|Stream isn't writeable/.test(error.message)
  );
}
