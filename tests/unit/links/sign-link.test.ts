import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signLink } from '../../../src/links/sign-link.ts';
import { readLinkSecret } from '../../../src/model/link-key.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

type Vector = Readonly<{
  secret: string;
  kid: string;
  exp: number;
  url: string;
  link: string;
}>;

const { vectors } = JSON.parse(readFileSync(join(ROOT, 'edge/test-vectors.json'), 'utf8')) as {
  vectors: readonly Vector[];
};

const key = (text: string, id = 'k1') => ({ id, secret: readLinkSecret(text) ?? Buffer.alloc(0) });
const SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

describe('signLink', () => {
  test('the published test vector (docs/signed-links.md)', () => {
    const url = 'https://media.example.com/videos/phim-01/master.m3u8';
    expect(signLink({ url, key: key(SECRET), startUntilSeconds: 1_800_000_000 })).toBe(
      'https://media.example.com/t/k1.1800000000.2.YlCOOv8TE7cUJrFyPIcaBm-pMNDjRER_wcAmUAMMFO0/videos/phim-01/master.m3u8',
    );
  });

  test.each(vectors)('$kid $url', ({ secret, kid, exp, url, link }) => {
    expect(signLink({ url, key: key(secret, kid), startUntilSeconds: exp })).toBe(link);
  });

  test('one token is for all of a film, and for no other film', () => {
    const tokenOf = (path: string) => {
      const url = `https://media.example.com/${path}`;
      return signLink({ url, key: key(SECRET), startUntilSeconds: 1_800_000_000 }).split('/')[4];
    };
    expect(tokenOf('videos/a/r-1/720p/seg_00001.ts')).toBe(tokenOf('videos/a/master.m3u8'));
    expect(tokenOf('videos/b/master.m3u8')).not.toBe(tokenOf('videos/a/master.m3u8'));
  });

  test('an address that is not below a folder of its own is not signed', () => {
    const url = 'https://media.example.com/posters/phim-01.jpg';
    expect(() => signLink({ url, key: key(SECRET), startUntilSeconds: 1 })).toThrow();
  });
});
