import { describe, expect, test } from 'vitest';
import { listSecrets } from '../../../src/config/list-secrets.ts';
import { loadIn, mistakeIn } from './load-in.ts';

const bytes = (count: number) => Buffer.alloc(count, 0xfb).toString('base64');
const KEY = { MOVIE_INGEST_LINK_KEY_ID: 'k1', MOVIE_INGEST_LINK_SECRET: bytes(32) };

describe('the key of links that expire', () => {
  test('is read from variables, and there is none without them', async () => {
    const { linkKey, origins } = await loadIn({ env: KEY });
    expect(linkKey).toEqual({ id: 'k1', secret: Buffer.alloc(32, 0xfb) });
    expect(origins['linkKey']).toContain('MOVIE_INGEST_LINK_KEY_ID');
    expect((await loadIn({})).linkKey).toBeUndefined();
  });

  test('its secret can come from a file or a command', async () => {
    const env = {
      MOVIE_INGEST_LINK_KEY_ID: 'k1',
      MOVIE_INGEST_LINK_SECRET_COMMAND: `echo ${bytes(48)}`,
    };
    expect((await loadIn({ env })).linkKey?.secret.byteLength).toBe(48);
    const user = { link: { keyId: 'k2', secretFile: '~/none' } };
    expect((await mistakeIn({ user })).text).toContain('is not there');
  });

  test('promise 8: the secret is among what is taken out of every text', async () => {
    expect(listSecrets(await loadIn({ env: KEY }))).toEqual([bytes(32)]);
  });

  test.each([
    [{ MOVIE_INGEST_LINK_KEY_ID: 'k1' }, 'MOVIE_INGEST_LINK_SECRET is missing'],
    [{ MOVIE_INGEST_LINK_SECRET: bytes(32) }, 'MOVIE_INGEST_LINK_KEY_ID is missing'],
    [{ ...KEY, MOVIE_INGEST_LINK_KEY_ID: 'k 1' }, 'cannot be the name of a key'],
    [{ ...KEY, MOVIE_INGEST_LINK_KEY_ID: 'k'.repeat(17) }, 'cannot be the name of a key'],
    [{ ...KEY, MOVIE_INGEST_LINK_SECRET: bytes(31) }, 'It has 31 bytes'],
    [{ ...KEY, MOVIE_INGEST_LINK_SECRET: bytes(32).replace('=', '') }, 'not standard base64'],
    [{ ...KEY, MOVIE_INGEST_LINK_SECRET: '-_-_'.repeat(12) }, 'not standard base64'],
    [{ ...KEY, MOVIE_INGEST_LINK_SECRET: 'hunter2'.repeat(9) }, 'cannot sign links'],
  ])('%j is refused, and the value is not shown', async (env, says) => {
    const { exit, text } = await mistakeIn({ env });
    expect(exit).toBe('usage');
    expect(text).toContain(says);
    expect(text).not.toContain((env as Partial<typeof KEY>).MOVIE_INGEST_LINK_SECRET ?? 'never');
  });
});
