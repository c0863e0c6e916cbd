import { IngestError } from '../errors.ts';
import { findMongoUriMistake } from '../lib/find-mongo-uri-mistake.ts';

/** Throws `usage` for what the driver would carry to the network. Never quotes the string. */
export function checkMongoUri(uri: string): void {
  const mistake = findMongoUriMistake(uri);
  if (mistake === undefined) return;
  throw new IngestError('usage', { what: `MONGODB_URI ${mistake.says}`, fix: mistake.fix });
}

/**
 * What the driver found wrong with a connection string, as `usage`. Shows no more of it than the name
 * of an option, and keeps no cause: the driver quotes what it takes for the user's name.
 */
export function explainMongoUri(error: unknown): IngestError {
  const message = error instanceof Error ? error.message : '';
  const option = /^options? ([A-Za-z, ]{1,80}) (?:is|are) not supported/.exec(message)?.[1];
  if (option !== undefined) {
    return wrong({ why: `MongoDB knows no option ${option}.`, fix: 'Correct or remove it.' });
  }
  if (/cannot have port/.test(message)) {
    return wrong({
      why: 'mongodb+srv:// takes the ports from DNS.',
      fix: 'Remove the port, or write mongodb://',
    });
  }
  return wrong({
    why: 'The MongoDB driver does not understand it.',
    fix: 'Compare it with: mongodb://user:password@host:27017/movies?authSource=admin',
  });
}

function wrong(parts: Readonly<{ why: string; fix: string }>): IngestError {
  return new IngestError('usage', { what: 'MONGODB_URI cannot be used', ...parts });
}
