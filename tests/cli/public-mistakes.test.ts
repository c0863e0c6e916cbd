import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { type Mistake, type MistakenEdge, startMistakenEdge } from '../helpers/mistaken-edge.ts';
import { newUser } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';

const user = newUser();
const PAGES = 'https://www.example.com,https://app.example.com';
const LINK_KEY = {
  MOVIE_INGEST_LINK_KEY_ID: 'k1',
  MOVIE_INGEST_LINK_SECRET: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
};
let edge: MistakenEdge;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  edge = await startMistakenEdge(() => join(user.library, 'media'));
  env = { ...user.env, MOVIE_INGEST_PUBLIC_URL: edge.url, MOVIE_INGEST_PLAYER_ORIGINS: PAGES };
  const film = await makeClip({ dir: user.home, name: 'film.mp4', width: 160, height: 90 });
  const added = await runMain(['add', film], { env });
  expect(added.exitCode, added.stderr).toBe(0);
});

afterAll(() => edge?.stop());

const isSegment = (key: string) => /\.(ts|m4s)$/.test(key);
const isPlaylist = (key: string) => key.endsWith('.m3u8');
const MASTER = 'videos/film/master.m3u8';

type Played = readonly [name: string, mistake: Mistake, says: RegExp, isFatal: boolean];

const MISTAKES: readonly Played[] = [
  [
    'no Cache Rule',
    ({ headers }, { key }) => {
      if (isSegment(key)) headers['cf-cache-status'] = 'DYNAMIC';
    },
    /DYNAMIC.*no Cache Rule.*movie-ingest deliver/s,
    true,
  ],
  [
    'playlists that are not cached',
    ({ headers }, { key }) => {
      if (isPlaylist(key)) headers['cf-cache-status'] = 'DYNAMIC';
    },
    /DYNAMIC/,
    false,
  ],
  [
    'a cookie',
    ({ headers }) => {
      headers['cf-cache-status'] = 'BYPASS';
      headers['set-cookie'] = 'a=b';
    },
    /BYPASS.*sets a cookie/s,
    true,
  ],
  [
    'a rule that forbids caching',
    ({ headers }) => {
      headers['cf-cache-status'] = 'BYPASS';
      headers['cache-control'] = 'private, no-store';
    },
    /BYPASS.*private|no-store/s,
    true,
  ],
  [
    'a cache that keeps nothing',
    ({ headers }) => {
      headers['cf-cache-status'] = 'MISS';
    },
    /not kept it.*Edge TTL/s,
    false,
  ],
  [
    'wrong types',
    ({ headers }, { key }) => {
      if (isPlaylist(key)) headers['content-type'] = 'text/plain';
    },
    /served as text\/plain instead of application\/vnd\.apple\.mpegurl.*--fix-headers/s,
    true,
  ],
  [
    'no type',
    ({ headers }, { key }) => {
      if (isSegment(key)) headers['content-type'] = undefined;
    },
    /served as nothing instead of video\/mp2t/,
    true,
  ],
  [
    'no CORS',
    ({ headers }) => {
      headers['access-control-allow-origin'] = undefined;
      headers['cf-cache-status'] = 'MISS';
    },
    /pages of https:\/\/www\.example\.com may not read it.*CORS policy/s,
    true,
  ],
  [
    'CORS for one of two pages, kept by the cache',
    ({ headers }) => {
      headers['access-control-allow-origin'] = 'https://www.example.com';
    },
    /pages of https:\/\/app\.example\.com.*cache keeps an answer.*Purge/s,
    true,
  ],
  [
    'a redirect',
    (answer) => {
      answer.status = 301;
      answer.headers['location'] = 'https://films.example.com/';
    },
    /answers 301, to https:\/\/films\.example\.com/,
    true,
  ],
  [
    'a login',
    (answer) => {
      answer.status = 302;
      answer.headers['location'] = 'https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=1';
    },
    /to a login.*Access stands before/s,
    true,
  ],
  [
    'a challenge',
    (answer) => {
      answer.status = 403;
      answer.headers['cf-mitigated'] = 'challenge';
    },
    /challenge.*against bots.*WAF rule that skips/s,
    true,
  ],
  [
    'a private bucket',
    (answer) => {
      answer.status = 403;
    },
    /answers 403.*bucket is private/s,
    true,
  ],
  [
    'a rule that asks for a Referer',
    (answer, { headers }) => {
      if (headers.referer === undefined) answer.status = 403;
    },
    /403 to apps.*apps send none/s,
    true,
  ],
  [
    'a rule that does not know the page',
    (answer, { headers }) => {
      if (headers.origin !== undefined) answer.status = 403;
    },
    /403 to pages.*does not know the page/s,
    true,
  ],
  [
    'another bucket',
    (answer) => {
      answer.status = 404;
    },
    /answers 404.*another bucket/s,
    true,
  ],
  [
    'a 404 that is kept',
    (answer, { key }) => {
      if (!isSegment(key)) return;
      answer.status = 404;
      answer.headers['cf-cache-status'] = 'HIT';
    },
    /404 from before.*Purge/s,
    true,
  ],
  [
    'too many requests',
    (answer) => {
      answer.status = 429;
    },
    /answers 429.*r2\.dev/s,
    true,
  ],
  [
    'a domain that leads nowhere',
    (answer) => {
      answer.status = 522;
    },
    /answers 522.*custom domain/s,
    true,
  ],
  [
    'a stale master',
    (answer, { key }) => {
      if (key !== MASTER) return;
      answer.body = Buffer.from('#EXTM3U\n# as it was before\n');
      answer.headers['cf-cache-status'] = 'HIT';
    },
    /other bytes.*HIT.*Purge/s,
    true,
  ],
  [
    'a web page',
    (answer) => {
      answer.body = Buffer.from('<html>');
      answer.headers['content-type'] = 'text/html; charset=utf-8';
    },
    /a web page.*parked domain/s,
    true,
  ],
  [
    'other films',
    (answer) => {
      answer.body = Buffer.from('x');
      answer.headers['cf-cache-status'] = undefined;
    },
    /other bytes.*another bucket/s,
    true,
  ],
  [
    'pictures that are compressed again',
    (answer, { key }) => {
      if (!key.startsWith('posters/')) return;
      answer.body = Buffer.from('x');
      answer.headers['cf-cache-status'] = 'MISS';
      answer.headers['cf-polished'] = 'origSize=1';
    },
    /Polish/,
    true,
  ],
  [
    'parts that do not come through',
    (answer, { key, headers }) => {
      if (!isSegment(key) || headers.range === undefined) return;
      answer.status = 200;
    },
    /two bytes is answered with all of it/,
    true,
  ],
  [
    "a zone's Browser TTL of four hours",
    ({ headers }, { key }) => {
      if (key === MASTER) headers['cache-control'] = 'public, max-age=14400';
    },
    /14400 s instead of 60 s.*respect origin/s,
    false,
  ],
];

/** What `verify --public` tells of the film, in words. */
async function verify(own: Readonly<Record<string, string>> = env) {
  const run = await runMain(['verify', 'film', '--public', '--json'], { env: own });
  const found = eventsOfType(run, 'difference').filter(({ mark }) => mark !== '=');
  return { ...run, found, told: found.map(({ detail }) => detail).join('\n') };
}

describe('what viewers meet, told with cause and fix', () => {
  test('a right address is right: as a page with its Origin, as a phone without one and in parts', async () => {
    edge.play(() => {});
    const { exitCode, stdout } = await runMain(['doctor', '--public'], { env });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/✔ viewers .*objects of film, as a browser and as a phone, cache HIT/);
    const sent = edge.requests.map(({ headers }) => headers);
    expect(sent.some(({ origin }) => origin === 'https://app.example.com')).toBe(true);
    expect(sent.some(({ range, origin }) => range === 'bytes=0-1' && origin === undefined)).toBe(
      true,
    );
    expect(edge.requests.some(({ key }) => key === 'posters/film.jpg')).toBe(true);
    expect(await verify()).toMatchObject({ exitCode: 0, found: [] });
  });

  test.each(MISTAKES)('%s', async (_, mistake, says, isFatal) => {
    edge.play(mistake);
    const { exitCode, found, told } = await verify();
    expect(told).toMatch(says);
    for (const { detail, kind } of found) {
      expect(kind).toBe('public address');
      expect(detail).toMatch(/\. .+ Fix: ./);
    }
    expect(exitCode).toBe(isFatal ? 10 : 0);
  });

  test('an address where nobody answers is told once, with where to look', async () => {
    const { exitCode, found } = await verify({
      ...env,
      MOVIE_INGEST_PUBLIC_URL: 'http://127.0.0.1:9',
    });
    expect(exitCode).toBe(10);
    const fetched = found.filter(({ detail }) => detail.includes('cannot be fetched'));
    expect(fetched).toHaveLength(1);
  });

  test('doctor --public tells a fault in a line of its own, with cause and fix', async () => {
    edge.play(MISTAKES[0]?.[1] ?? (() => {}));
    const { exitCode, stdout } = await runMain(['doctor', '--public'], { env });
    expect(exitCode).toBe(10);
    expect(stdout).toMatch(/✖ viewers .*DYNAMIC.*\n.*Cause .*no Cache Rule.*\n(?:.*\n)?.*Fix/);
  });
});

describe('where links are signed', () => {
  const signed = () => verify({ ...env, ...LINK_KEY });
  const deny =
    (reason: string): Mistake =>
    (answer, { key }) => {
      if (key.startsWith('posters/')) return;
      answer.status = 403;
      answer.headers['x-deny'] = key.startsWith('t/') ? reason : 'token-missing';
    };

  test('films come by a link and not without one, posters without one', async () => {
    edge.play((answer, { key }) => {
      if (!/^(t|posters)\//.test(key)) answer.status = 403;
    });
    expect(await signed()).toMatchObject({ exitCode: 0, told: '' });
    expect(edge.requests.some(({ key }) => key.startsWith('posters/'))).toBe(true);
  });

  test('a bucket that is open although links are signed is told', async () => {
    edge.play(() => {});
    const { exitCode, told } = await signed();
    expect(exitCode).toBe(10);
    expect(told).toMatch(/given without a link \(200\).*custom domain off the bucket/s);
  });

  test.each([
    ['key-unknown', 'does not have this key'],
    ['token-bad', 'another secret'],
    ['token-expired', 'clock'],
  ])('%s of the Worker is explained', async (reason, words) => {
    edge.play(deny(reason));
    const { exitCode, told } = await signed();
    expect(exitCode).toBe(10);
    expect(told).toContain(words);
  });
});
