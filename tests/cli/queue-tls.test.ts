import { execa } from 'execa';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dumpRedis } from '../helpers/dump-redis.ts';
import { endMachines, machine } from '../helpers/machine.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { TINY } from '../helpers/new-user.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startTlsProxy, type TlsProxy } from '../helpers/tls-proxy.ts';
import { isMissing } from '../servers/locate.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';

const ADMIN = 'p@ss/of+the:admin';
const PASSWORD = 's3cret?of#the=films';
const ENCODED = encodeURIComponent(PASSWORD);

const isWithoutOpenssl = (await execa('openssl', ['version'], { reject: false })).failed;

/** As a hosted Redis is: TLS by an authority that must be named, a user of the ACL, a password. */
describe.skipIf((await isMissing('redis')) || isWithoutOpenssl)('a queue behind TLS', () => {
  let redis: RedisServer;
  let tls: TlsProxy;
  let film: string;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis({ persists: true, password: ADMIN });
    tls = await startTlsProxy(redis.port);
    admin = new Redis({ host: '127.0.0.1', port: redis.port, password: ADMIN });
    const dir = makeTempDir('films');
    film = await makeClip({ dir, name: 'Phim 01.mp4', width: 160, height: 90, seconds: 2 });
  });
  afterEach(endMachines);
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
    await tls.stop();
  });

  /** What docs/queue.md says that a user needs, and `more`. */
  const allow = (name: string, ...more: readonly string[]) =>
    admin.call(
      'ACL',
      'SETUSER',
      name,
      'reset',
      'resetchannels',
      'on',
      `>${PASSWORD}`,
      ...RIGHTS,
      ...more,
    );
  const RIGHTS = ['~bull:*', '+@all'];
  const places = (user: string, host = 'localhost') => ({
    MOVIE_INGEST_PRESET: TINY,
    MOVIE_INGEST_LIBRARY: makeTempDir('library'),
    MOVIE_INGEST_QUEUE: `rediss://${user}:${ENCODED}@${host}:${tls.port}`,
    NODE_EXTRA_CA_CERTS: tls.caFile,
  });

  test.each(['localhost', '127.0.0.1'])(
    'promise 8: is worked with as %s, and no password lies anywhere',
    async (host) => {
      await allow('films');
      const shared = places('films', host);
      const here = machine(shared);
      const worker = await here.worker();
      const followed = await here.run(['add', '--wait', '--json', '--verbose', film]);
      expect(followed.exitCode, followed.stderr + worker.said()).toBe(0);
      const listed = await here.run(['queue', 'show', '--json', 'phim-01']);
      expect(listed.stdout).toContain('"state":"completed"');
      expect(worker.said()).not.toMatch(/DeprecationWarning|cannot be seen/);
      const all = [
        await dumpRedis(redis, ADMIN),
        worker.said(),
        JSON.stringify([followed, listed]),
      ];
      expect(all[0]).toContain('phim-01');
      for (const text of all) {
        expect(text).not.toContain(PASSWORD);
        expect(text).not.toContain(ENCODED);
      }
    },
  );

  test('promise 7: says what is wrong: the authority, the password, the rights, the protocol', async () => {
    await allow('films');
    await allow('guest', '-@all', '+ping', '+info');
    const good = places('films');
    const { NODE_EXTRA_CA_CERTS: _, ...untrusting } = good;
    const plain = good.MOVIE_INGEST_QUEUE.replace('rediss:', 'redis:');
    const cases = [
      [untrusting, 12, /cannot be reached by TLS/, /NODE_EXTRA_CA_CERTS/],
      [
        { ...good, MOVIE_INGEST_QUEUE: good.MOVIE_INGEST_QUEUE.replace(ENCODED, 'wr0ng-pass') },
        8,
        /refused user or password/,
        /percent-encode/,
      ],
      [places('guest'), 8, /does not let this user/, /ACL SETUSER/],
      [{ ...good, MOVIE_INGEST_QUEUE: plain }, 12, /cannot be reached/, /rediss/],
      [
        { ...good, MOVIE_INGEST_QUEUE: `rediss://localhost:${redis.port}` },
        12,
        /cannot be reached/,
        /redis:\/\//,
      ],
    ] as const;
    for (const [env, exitCode, what, fix] of cases) {
      const run = await machine(env).run(['add', film]);
      expect(run, run.stderr).toMatchObject({
        exitCode,
        stdout: '',
        stderr: expect.stringMatching(what),
      });
      expect(run.stderr).toMatch(fix);
      expect(run.stderr).not.toMatch(/wr0ng-pass|s3cret/);
    }
  });

  test('works for a user who may not read the configuration of Redis', async () => {
    await allow('shy', '-config');
    const here = machine(places('shy'));
    const worker = await here.worker();
    expect(worker.said()).not.toMatch(/cannot be seen|NOPERM/);
    expect(await here.run(['add', '--wait', film])).toMatchObject({ exitCode: 0 });
  });
});
