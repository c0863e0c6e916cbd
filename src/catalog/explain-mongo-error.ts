import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
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
 * for a refused login or a missing right, else `catalog`. Anything that is not from the driver, the
 * server or the network comes back as it is. The server's own text is shown only for codes without an
 * entry, and short: that of code 13 quotes the whole command, documents included.
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
    const unknown = { what: `MongoDB at ${context.host} failed`, why: lastWords };
    return explainConnection(failure, context) ?? unknown;
  }
  return (
    explainServerCode(serverCode, failure, context) ?? {
      what: `MongoDB at ${context.host} refused (code ${serverCode})`,
      why: lastWords,
    }
  );
}
