import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { PERCENT_ENCODE } from './check-mongo-uri.ts';
import { explainConnection } from './explain-connection.ts';
import { explainServerCode } from './explain-server-code.ts';
import {
  type Explanation,
  type MongoContext,
  type MongoFailure,
  readMongoFailure,
} from './mongo-failure.ts';

/**
 * What the driver threw, as an error that says what to do (catalog-sync-scale.md §1.3): `credentials`
 * for a refused login or a missing right, `usage` for a connection string that cannot work, else
 * `catalog`. Anything that is not from the driver, the server or the network comes back as it is.
 * The server's own text is shown only for codes without an entry, and short: that of code 13 quotes
 * the whole command, documents included.
 */
export function explainMongoError(error: unknown, context: MongoContext): unknown {
  if (error instanceof IngestError) return error;
  const failure = readMongoFailure(error);
  if (failure === undefined) return error;
  const { exit = 'catalog', ...parts } = explain(failure, context);
  return new IngestError(exit, { ...parts, cause: error });
}

function explain(failure: MongoFailure, context: MongoContext): Explanation {
  const lastWords = cleanText(failure.messages.at(-1) ?? '', { maxLength: 200 });
  const { serverCode } = failure;
  if (serverCode === undefined) {
    const known = explainUri(failure) ?? explainConnection(failure, context);
    return known ?? { what: `MongoDB at ${context.host} failed`, why: lastWords };
  }
  return (
    explainServerCode(serverCode, failure, context) ?? {
      what: `MongoDB at ${context.host} refused (code ${serverCode})`,
      why: lastWords,
    }
  );
}

/** Never quotes more of the string than an option's name: the rest may be a piece of the password. */
function explainUri({ name, messages }: MongoFailure): Explanation | undefined {
  const [message = ''] = messages;
  if (name !== 'MongoParseError' && !/^Unable to parse /.test(message)) {
    return undefined;
  }
  const known = URI_MISTAKES.find(({ pattern }) => pattern.test(message));
  const option = /^options? ([A-Za-z, ]{1,80}) (?:is|are) not supported/.exec(message)?.[1];
  return {
    exit: 'usage',
    what: 'MONGODB_URI cannot be used',
    why:
      option === undefined
        ? (known?.why ?? 'The MongoDB driver does not understand it.')
        : `MongoDB knows no option ${option}.`,
    fix:
      known?.fix ?? 'Compare it with: mongodb://user:password@host:27017/movies?authSource=admin',
  };
}

const URI_MISTAKES = [
  {
    pattern: /Invalid scheme/,
    why: 'It is not a MongoDB connection string.',
    fix: 'It must start with mongodb:// or mongodb+srv://',
  },
  {
    pattern: /unescaped|malformed|Invalid connection string/,
    why: 'Its password holds a character that has a meaning of its own there.',
    fix: PERCENT_ENCODE,
  },
  {
    pattern: /cannot have port/,
    why: 'mongodb+srv:// takes the ports from DNS.',
    fix: 'Remove the port, or write mongodb://',
  },
] as const;
