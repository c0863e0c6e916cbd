import { cleanText } from '../lib/clean-text.ts';
import { PERCENT_ENCODE } from '../lib/find-mongo-uri-mistake.ts';
import { describeRefusedDocument } from './describe-refused-document.ts';
import type { Explanation, MongoContext, MongoFailure } from './mongo-failure.ts';

/** What a server's error number means; undefined for one that is not in the table. */
export function explainServerCode(
  code: number,
  failure: MongoFailure,
  context: MongoContext,
): Explanation | undefined {
  const explanation = BY_CODE[code]?.(failure, context);
  return explanation && { ...explanation, what: `${explanation.what} (code ${code})` };
}

type Explain = (failure: MongoFailure, context: MongoContext) => Explanation;

const BY_CODE: Readonly<Record<number, Explain>> = {
  13: notAllowed,
  // A wrong password and a missing authSource give the same code (test-servers.md §2.3).
  18: (_, { host, user }) => ({
    exit: 'credentials',
    what: `MongoDB login failed for user ${user || '(none)'} on ${host}`,
    why: 'The name, the password, or the database that holds the user (authSource) is wrong.',
    fix: `If the user lives in admin, add ?authSource=admin. ${PERCENT_ENCODE}`,
  }),
  8000: refusedByAtlas,
  11000: ({ keyPattern }, { namespace }) => ({
    isOfOneFilm: true,
    what: `Two documents of ${namespace} would have the same ${fieldsOf(keyPattern)}`,
    why: 'An index says that it is unique.',
    fix: 'Remove or correct one of the two; or drop that index if it is not wanted.',
  }),
  121: ({ errInfo }, { namespace }) => ({
    isOfOneFilm: true,
    what: `The validator of ${namespace} refused the document`,
    why: describeRefusedDocument(errInfo),
    fix: 'Change the validator with collMod: the fields of the document are a fixed contract.',
  }),
  59: (_, { host }) => ({
    what: `${host} lacks a command of MongoDB`,
    why: 'It may be a server that only resembles MongoDB.',
    fix: 'Use MongoDB 4.4 or later.',
  }),
  91: (_, { host }) => ({
    what: `MongoDB at ${host} is shutting down`,
    fix: 'Run the same command again when it is back.',
  }),
  10107: (_, { host }) => ({
    what: `${host} takes no writes: it is not the primary`,
    fix: 'Name the whole replica set in MONGODB_URI, without directConnection=true.',
  }),
  10334: () => ({
    isOfOneFilm: true,
    what: 'The document is larger than the 16 MB that MongoDB takes',
    fix: 'Shorten the sidecar.',
  }),
  13297: (_, { namespace }) => ({
    what: `A database exists whose name differs from ${databaseOf(namespace)} only in case`,
    fix: 'Write MONGODB_DB exactly as that one.',
  }),
  14031: (_, { host }) => ({
    what: `The disk of MongoDB at ${host} is full`,
    fix: 'Make room there, then run the same command again.',
  }),
};

function notAllowed(_: MongoFailure, { host, namespace, user }: MongoContext): Explanation {
  if (user === '') {
    return {
      exit: 'credentials',
      what: `MongoDB at ${host} wants a login`,
      why: 'MONGODB_URI names no user.',
      fix: 'Write it as mongodb://user:password@host/…',
    };
  }
  const role = `{ role: "readWrite", db: ${JSON.stringify(databaseOf(namespace))} }`;
  return {
    exit: 'credentials',
    what: `MongoDB at ${host} does not let user ${user} do this on ${namespace}`,
    why: 'The user needs the right to read, to write and to create indexes.',
    fix: `As an admin in mongosh: db.grantRolesToUser(${JSON.stringify(user)}, [${role}])`,
  };
}

/** Atlas has one code for a wrong password, a missing right and a full cluster; its text tells them apart. */
function refusedByAtlas(
  { messages }: MongoFailure,
  { host, namespace, user }: MongoContext,
): Explanation {
  // docs.atlas.mongodb.com/reference/faq/storage: "you are over your space quota, using 513 MB of 512 MB"
  if (/space quota/i.test(messages.join(' '))) {
    return {
      what: `The Atlas cluster ${host} has no space left`,
      fix: 'Atlas: choose a larger tier, or remove what is not needed.',
    };
  }
  if (/not allowed/i.test(messages.join(' '))) {
    return {
      exit: 'credentials',
      what: `Atlas does not let user ${user} do this on ${namespace}`,
      fix: 'Atlas > Database Access: give the user readWrite on this database.',
    };
  }
  return {
    exit: 'credentials',
    what: `Atlas refused the login of user ${user} on ${host}`,
    why: 'It wants the name and password of a database user, not those of the Atlas account.',
    fix: 'Atlas > Database Access: give the user a new password and put it in MONGODB_URI.',
  };
}

function databaseOf(namespace: string): string {
  return namespace.split('.')[0] ?? '';
}

function fieldsOf(keyPattern: MongoFailure['keyPattern']): string {
  const fields = Object.keys(keyPattern).map((field) => cleanText(field, { maxLength: 80 }));
  return fields.join(' and ') || 'unique value';
}
