import { describe, expect, it } from 'vitest';
import { listSecrets } from '../../../src/config/list-secrets.ts';
import { loadIn, R2, S3 } from './load-in.ts';

describe('promise 8: listSecrets', () => {
  it('knows both halves of the key and the password, as written and as meant', async () => {
    const MONGODB_URI = 'mongodb+srv://ingest:p%40ss%2Fword@c.example.net/x?appName=a';
    const settings = await loadIn({ env: { ...R2, MONGODB_URI } });
    expect(new Set(listSecrets(settings))).toEqual(
      new Set([R2.R2_ACCESS_KEY_ID, R2.R2_SECRET_ACCESS_KEY, 'p%40ss%2Fword', 'p@ss/word']),
    );
  });

  it.each([
    [{}, []],
    [{ MONGODB_URI: 'mongodb://localhost:27017/a?appName=x@y' }, []],
    [{ MONGODB_URI: 'mongodb://user@h/' }, []],
    [S3, ['hunter2hunter2', 'minioadmin']],
  ])('%j', async (env, secrets) => {
    expect(listSecrets(await loadIn({ env }))).toEqual(secrets);
  });
});
