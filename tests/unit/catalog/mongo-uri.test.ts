import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/open-catalog.ts';
import { IngestError } from '../../../src/errors.ts';

const open = (uri: string) =>
  openCatalog({ kind: 'mongo', uri, db: 'films', collection: 'movies' }, { version: '1' });

describe('a connection string that cannot work is refused before anything is connected', () => {
  test.each([
    ['a raw @ in the password', 'mongodb://u:s3cr@t-word@host/'],
    ['a raw / in the password', 'mongodb://u:s3cr/t-word@host/'],
    ['a raw @ and / in the password', 'mongodb://u:s3cr@et/t-word@host/'],
    ['a raw @ and ? in the password', 'mongodb://u:s3cr@et?t-word@host/'],
    ['a raw ? in the password', 'mongodb://u:s3cr?t-word@host/'],
    ['a raw # in the password', 'mongodb://u:s3cr#t-word@host/'],
    ['a raw : in the password', 'mongodb://u:s3cr:t-word@host/'],
    ['a raw % in the password', 'mongodb://u:s3cr%t-word@host/'],
  ])('%s', async (_, uri) => {
    const error = await open(uri).catch((it) => it);
    expect(error).toBeInstanceOf(IngestError);
    expect(error).toMatchObject({ exit: 'usage', fix: expect.stringContaining('Percent-encode') });
    expect([error.message, error.why, error.fix, error.cause].join()).not.toMatch(/s3cr|t-word/);
  });

  test.each([
    [
      'the placeholder of Atlas',
      'mongodb+srv://u:<db_password>@cluster0.abc.mongodb.net/',
      /placeholder/,
    ],
    ['another scheme', 'http://host/', /mongodb:\/\//],
    ['nothing', '', /mongodb:\/\//],
    ['an option that is none', 'mongodb://host/?retrywrite=true', /no option retrywrite/],
    ['a port with srv', 'mongodb+srv://cluster0.abc.mongodb.net:27017/', /port/],
    ['a port that is none', 'mongodb://host:99999/', /Compare it with/],
  ])('%s', async (_, uri, told) => {
    const error = await open(uri).catch((it) => it);
    expect(error).toMatchObject({ name: 'IngestError', exit: 'usage' });
    expect([error.message, error.why, error.fix].join(' ')).toMatch(told);
  });
});

describe('the name of the catalogue shows where it is and never who logs in', () => {
  test.each([
    [
      'mongodb://u:p%40ss-word@127.0.0.1:27018/x?authSource=admin',
      'MongoDB films.movies at 127.0.0.1:27018',
    ],
    [
      'mongodb+srv://u:p-ss-word@cluster0.abc.mongodb.net/',
      'MongoDB films.movies at cluster0.abc.mongodb.net',
    ],
    ['mongodb://u:p-ss-word@a,b:1,c/', 'MongoDB films.movies at a:27017 and 2 more'],
    ['mongodb://host/?appName=me%40home', 'MongoDB films.movies at host:27017'],
  ])('%s', async (uri, name) => {
    const catalog = await open(uri);
    expect(catalog.name).toBe(name);
    await catalog.close();
  });
});
