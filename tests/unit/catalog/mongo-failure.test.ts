import { describe, expect, test } from 'vitest';
import { explainMongoError } from '../../../src/catalog/explain-mongo-error.ts';
import { isTransient } from '../../../src/catalog/mongo-failure.ts';
import { IngestError } from '../../../src/errors.ts';

const context = { host: 'db.test:27017', namespace: 'films.movies', user: 'ingest' };

function make(name: string, fields: object = {}, cause?: unknown): Error {
  return Object.assign(new Error('said', { cause }), { name }, fields);
}

describe('whether trying again may help is told by the code as well as by the class', () => {
  test.each([
    ['a pooled connection that was ended (a plain Error)', make('Error', { code: 'EPIPE' })],
    ['a reset', make('Error', { code: 'ECONNRESET' })],
    ['a network error without a code', make('MongoNetworkTimeoutError')],
    [
      'no server',
      make('MongoServerSelectionError', {}, make('X', {}, make('Y', { code: 'ECONNREFUSED' }))),
    ],
    ['a label', make('MongoError', { errorLabels: new Set(['RetryableWriteError']) })],
    ['an election', make('MongoServerError', { code: 10107 })],
  ])('it may after %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    ['a refused login', make('MongoServerError', { code: 18 })],
    [
      'a refused login inside a failed selection',
      make('MongoServerSelectionError', {}, make('MongoServerError', { code: 18 })),
    ],
    ['an equal key', make('MongoServerError', { code: 11000 })],
    [
      'a refused certificate',
      make('MongoServerSelectionError', {}, make('Error', { code: 'CERT_HAS_EXPIRED' })),
    ],
    ['Ctrl-C', make('AbortError', { code: 'ABORT_ERR' })],
    ['a bug', make('TypeError', { code: 'ERR_INVALID_ARG_TYPE' })],
    ['no error at all', 'text'],
  ])('it does not after %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });

  test('causes that lead in a circle end', () => {
    const error = make('MongoServerSelectionError');
    error.cause = error;
    expect(isTransient(error)).toBe(true);
  });
});

describe('what is explained', () => {
  test.each([
    ['Ctrl-C', make('AbortError', { code: 'ABORT_ERR' })],
    ['an abort by the platform', new DOMException('aborted', 'AbortError')],
    ['a bug', new TypeError('x is not a function')],
    ['what is explained already', new IngestError('catalog', { what: 'x' })],
  ])('is not %s: that comes back as it is', (_, error) => {
    expect(explainMongoError(error, context)).toBe(error);
  });

  test('keeps its cause', () => {
    const error = make('MongoServerError', { code: 18 });
    expect(explainMongoError(error, context)).toMatchObject({ exit: 'credentials', cause: error });
  });

  test('in words for each code of the table', () => {
    const codes = [13, 18, 59, 91, 121, 8000, 10107, 10334, 11000, 13297, 14031];
    const texts = codes.map((code) => {
      const explained = explainMongoError(make('MongoServerError', { code }), context);
      return (explained as IngestError).message;
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "MongoDB at db.test:27017 does not let user ingest do this on films.movies (code 13)",
        "MongoDB login failed for user ingest on db.test:27017 (code 18)",
        "db.test:27017 lacks a command of MongoDB (code 59)",
        "MongoDB at db.test:27017 is shutting down (code 91)",
        "The validator of films.movies refused the document (code 121)",
        "Atlas refused the login of user ingest on db.test:27017 (code 8000)",
        "db.test:27017 takes no writes: it is not the primary (code 10107)",
        "The document is larger than the 16 MB that MongoDB takes (code 10334)",
        "Two documents of films.movies would have the same unique value (code 11000)",
        "A database exists whose name differs from films only in case (code 13297)",
        "The disk of MongoDB at db.test:27017 is full (code 14031)",
      ]
    `);
  });

  test('for DNS and sockets too', () => {
    const explain = (message: string, code: string) => {
      const error = Object.assign(new Error(message), { code });
      return (explainMongoError(error, context) as IngestError).message;
    };
    expect([
      explain('querySrv ENOTFOUND _mongodb._tcp.x', 'ENOTFOUND'),
      explain('querySrv ETIMEOUT _mongodb._tcp.x', 'ETIMEOUT'),
      explain('getaddrinfo ENOTFOUND x', 'ENOTFOUND'),
      explain('connect EHOSTUNREACH', 'EHOSTUNREACH'),
      explain('This socket has been ended by the other party', 'EPIPE'),
      explain('certificate has expired', 'CERT_HAS_EXPIRED'),
    ]).toMatchInlineSnapshot(`
      [
        "DNS knows no MongoDB cluster db.test:27017",
        "DNS did not answer for the cluster db.test:27017",
        "DNS does not know db.test:27017",
        "There is no way to db.test:27017",
        "db.test:27017 broke the connection",
        "The certificate of db.test:27017 is not valid today",
      ]
    `);
  });
});
