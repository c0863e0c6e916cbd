import { randomBytes } from 'node:crypto';
import { type ExitName, IngestError } from '../errors.ts';
import { nextKeyId } from '../links/next-key-id.ts';
import { LINK_SECRET_MIN_BYTES, type LinkKey, writeLinkSecret } from '../model/link-key.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';

const FIRST_ID = 'k1';

/**
 * `movie-ingest link keys new`: a fresh key, as lines of an env file on stdout, for whoever signs and for
 * the Worker. Nothing is written and nothing is changed: with the key that is in use links stay valid.
 */
export async function runNewKeys(flags: CommonFlags, session: Session): Promise<ExitName> {
  const { linkKey } = await session.open(flags, WITHOUT_BARS);
  if (linkKey !== undefined) {
    throw new IngestError('usage', {
      what: `there is a key already, ${linkKey.id}`,
      why: 'With another in its place every link that is in use would end at once',
      fix: 'Add a second one first: movie-ingest link keys rotate',
    });
  }
  const key = makeKey(FIRST_ID);
  tellKeys([key], [...FIRST_STEPS, SESSION], { flags, session });
  return 'ok';
}

/** `movie-ingest link keys rotate`: the key after the one in use, beside it. */
export async function runRotateKeys(flags: CommonFlags, session: Session): Promise<ExitName> {
  const { linkKey: old } = await session.open(flags, WITHOUT_BARS);
  if (old === undefined) {
    throw new IngestError('usage', {
      what: 'there is no key to follow',
      why: 'MOVIE_INGEST_LINK_KEY_ID and MOVIE_INGEST_LINK_SECRET are not set',
      fix: 'Make the first: movie-ingest link keys new',
    });
  }
  const key = makeKey(nextKeyId(old.id));
  tellKeys([key, old], rotateSteps(old.id, key.id), { flags, session });
  return 'ok';
}

function makeKey(id: string): LinkKey {
  return { id, secret: randomBytes(LINK_SECRET_MIN_BYTES) };
}

const SECRET_LINE =
  'the value of SIGNING_KEYS, all on one line: npx wrangler secret put SIGNING_KEYS';
const SESSION = 'Keep them where no one else reads them; they are not shown again.';
const FIRST_STEPS = [
  `1. Worker: ${SECRET_LINE}`,
  '2. Here, and wherever else links are signed (API, web server): the two MOVIE_INGEST_LINK_ lines',
];

function rotateSteps(old: string, next: string): readonly string[] {
  return [
    `1. Worker, first: ${SECRET_LINE}. Were there others besides ${old} in it, add them`,
    `2. Then here and wherever else links are signed: the two MOVIE_INGEST_LINK_ lines. New links are signed with ${next}, those of ${old} stay valid`,
    `3. When the longest --ttl and SESSION_GRACE have passed: take ${old} out of SIGNING_KEYS. Was it stolen, take it out at once: its links end`,
    SESSION,
  ];
}

type Telling = Readonly<{ flags: CommonFlags; session: Session }>;

function tellKeys(
  keys: readonly [LinkKey, ...LinkKey[]],
  steps: readonly string[],
  { flags, session }: Telling,
): void {
  const [key] = keys;
  const secret = writeLinkSecret(key.secret);
  const signingKeys = Object.fromEntries(keys.map((it) => [it.id, writeLinkSecret(it.secret)]));
  if (session.isJson) {
    session.handOver(
      `${JSON.stringify({ type: 'linkKey', keyId: key.id, secret, signingKeys })}\n`,
    );
    return;
  }
  session.handOver(
    [
      `MOVIE_INGEST_LINK_KEY_ID=${key.id}`,
      `MOVIE_INGEST_LINK_SECRET=${secret}`,
      `SIGNING_KEYS=${JSON.stringify(signingKeys)}`,
      '',
    ].join('\n'),
  );
  if (flags.quiet !== true) session.stderr.write(`${steps.join('\n')}\n`);
}
