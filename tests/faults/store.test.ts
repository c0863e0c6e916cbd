import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { type FakeS3, startFakeS3 } from '../helpers/fake-s3.ts';
import type { ProxyFault, ProxyRequest } from '../helpers/fault-proxy.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';
import { isMissing } from '../servers/locate.ts';
import { startToxiproxy } from '../servers/toxiproxy.ts';
import { disturbedFilm, expectNothingPublished, expectTidy } from './bucket-user.ts';
import { chances, seed, wholeGroup, wholly } from './fault-plan.ts';

const s3 = inject('s3');

/** A silent connection counts as dead after a quarter of it: seconds here, not minutes. */
const PATIENCE = ['--max-outage', '16s'] as const;

describe.skipIf(s3 === undefined)(`a film on its way to a real S3 server (seed ${seed})`, () => {
  const { film, undisturbed, newUser, expectUndisturbed } = disturbedFilm(s3);

  /** A number of a PUT, by the seed: of segments, playlists, the poster, the manifest or the master. */
  const somePut = (name: string) => 1 + Math.floor(chances(name)() * 10);

  /** The fault meets so many requests that fit, from the seeded PUT on. */
  const during = (name: string, fault: ProxyFault, times: number) => {
    const first = somePut(name);
    let left = times;
    return ({ put }: ProxyRequest) => (put >= first && left-- > 0 ? fault : undefined);
  };

  test('F4: a store that is too busy (503, 429) is asked less, until it has time', async () => {
    const user = await newUser();
    const slowDown = during('F4', { status: 503, code: 'SlowDown' }, 5);
    const tooMany = during('F4b', { status: 429, code: 'TooManyRequests' }, 3);
    user.proxy.fail((request) => slowDown(request) ?? tooMany(request));
    const run = await user.add(film(), '--json');
    await expectUndisturbed(user, run);
    expect(eventsOfType(run, 'uploaded')[0]?.retries).toBeGreaterThan(0);
    const keys = undisturbed().keys.length;
    expect(user.proxy.puts().length).toBeLessThanOrEqual(keys + 8);
  });

  wholly('F4: half a minute of nothing but 503', async () => {
    const user = await newUser();
    let since: number | undefined;
    user.proxy.fail(({ put }) => {
      if (put === 0) return undefined;
      since ??= performance.now();
      return performance.now() - since < 30_000 ? { status: 503, code: 'SlowDown' } : undefined;
    });
    const run = await user.add(film(), '--json');
    await expectUndisturbed(user, run);
    const outages = eventsOfType(run, 'outage');
    expect(outages[0]?.isOver).toBe(false);
    expect(outages.at(-1)?.isOver).toBe(true);
  });

  wholly(
    'F5: 500 for one object for ever: all others are stored, 6; the rerun goes on',
    async () => {
      const user = await newUser();
      const segments = undisturbed().keys.filter((key) => key.endsWith('.ts'));
      const bad = segments[Math.floor(chances('F5')() * segments.length)] ?? '';
      user.proxy.fail(({ put, url }) =>
        put > 0 && url.includes(bad) ? { status: 500, code: 'InternalError' } : undefined,
      );
      const failed = await user.add(film());
      expect(failed.exitCode, failed.stderr).toBe(6);
      expect(failed.stderr).toContain(bad);
      expect(failed.stderr).toMatch(/objects of the film \(.*\) are stored and are not sent again/);
      await expectNothingPublished(user);
      const stored = (await user.objects()).map(({ key }) => key);
      expect(stored.filter((key) => key.endsWith('.ts'))).toEqual(
        segments.filter((key) => key !== bad),
      );
      user.proxy.fail(() => undefined);
      const sentBefore = user.proxy.puts().length;
      await expectUndisturbed(user, await user.add(film()));
      const sent = user.proxy
        .puts()
        .slice(sentBefore)
        .filter((key) => key.endsWith('.ts'));
      expect(sent).toContain(bad);
      expect(sent.length).toBeLessThanOrEqual(2); // and the last picture, which is made again
    },
  );

  wholly('F6: connections that are reset in the middle of a body, three times', async () => {
    const user = await newUser();
    user.proxy.fail(during('F6', 'reset', 3));
    await expectUndisturbed(user, await user.add(film()));
  });

  const blackHoles = ['silence', 'hang', 'half answer'] as const;
  for (const fault of blackHoles) {
    const row = fault === 'hang' ? test : wholly;
    row(`F7: a store that goes silent (${fault}) is given up and asked again`, async () => {
      const user = await newUser();
      user.proxy.fail(during(`F7 ${fault}`, fault, 2));
      await expectUndisturbed(user, await user.add(film(), ...PATIENCE));
    });
  }

  wholly(
    'F7: one that stays silent ends the run with 6, soon after --max-outage; the rerun goes on',
    async () => {
      const user = await newUser();
      const first = somePut('F7 for ever');
      user.proxy.fail(({ put }) => (put >= first ? 'silence' : undefined));
      const startedAt = performance.now();
      const run = await user.add(film(), '--max-outage', '8s');
      expect(performance.now() - startedAt).toBeLessThan(60_000);
      expect(run.exitCode, run.stderr).toBe(6);
      expect(run.stderr).toMatch(/nothing got through for/);
      await expectNothingPublished(user);
      user.proxy.fail(() => undefined);
      await expectUndisturbed(user, await user.add(film()));
    },
  );

  test('F8: an answer that is lost although the store has it: sent again, and no harm', async () => {
    const user = await newUser();
    user.proxy.fail(during('F8', 'lost reply', 2));
    await expectUndisturbed(user, await user.add(film()));
  });

  wholly('F8: the lost answer of each single PUT, one after the other', async () => {
    const user = await newUser();
    const lost = new Set<string>();
    user.proxy.fail(({ put, url }) => {
      if (put === 0 || lost.has(url)) return undefined;
      lost.add(url);
      return 'lost reply';
    });
    await expectUndisturbed(user, await user.add(film()));
    expect(lost.size).toBeGreaterThanOrEqual(undisturbed().keys.length);
  });

  wholly(
    'F9: a body that is corrupted on the way is refused by the store, and sent again',
    async () => {
      const user = await newUser();
      user.proxy.fail(during('F9', 'corrupt', 2));
      await expectUndisturbed(user, await user.add(film()));
    },
  );

  wholly('F9: a line that corrupts everything: 6, and nothing is published', async () => {
    const user = await newUser();
    user.proxy.fail(({ put }) => (put > 0 ? 'corrupt' : undefined));
    const run = await user.add(film());
    expect(run.exitCode, run.stderr).toBe(6);
    expect(run.stderr).toMatch(/Damaged on the way/);
    await expectNothingPublished(user);
    user.proxy.fail(() => undefined);
    await expectUndisturbed(user, await user.add(film()));
  });

  test('F11: a key that is revoked in the middle of a film: 8 at once, and what is kept is said', async () => {
    const user = await newUser();
    const first = Math.max(2, somePut('F11'));
    user.proxy.fail(({ number: _, put }) =>
      put >= first ? { status: 403, code: 'InvalidAccessKeyId' } : undefined,
    );
    const run = await user.add(film());
    expect(run.exitCode, run.stderr).toBe(8);
    expect(run.stderr).toMatch(/refused the access key/);
    expect(run.stderr).toMatch(/are stored and are not sent again/);
    expect(user.proxy.puts().length).toBeLessThan(first + 16); // those in flight, and none again
    await expectNothingPublished(user);
    user.proxy.fail(() => undefined);
    await expectUndisturbed(user, await user.add(film()));
  });

  wholeGroup('through a faulty network', async () => {
    const row = (await isMissing('toxiproxy')) ? test.skip : wholly;
    let toxiproxy: Awaited<ReturnType<typeof startToxiproxy>> | undefined;
    afterAll(() => toxiproxy?.stop());

    const proxied = async () => {
      toxiproxy ??= await startToxiproxy();
      const user = await newUser();
      const proxy = await toxiproxy.proxyTo({ port: Number(new URL(user.proxy.endpoint).port) });
      return { user, proxy, env: { ...user.env, S3_ENDPOINT: `http://${proxy.address}` } };
    };

    row(
      'F7: the network is gone for a while in the middle of a film: told, waited for, gone on',
      async () => {
        const { user, proxy, env } = await proxied();
        user.proxy.fail(() => undefined);
        const running = runCli(['add', film(), '--json'], { env });
        await until(() => user.proxy.puts().length >= 2);
        await proxy.disable();
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        await proxy.enable();
        const run = await running;
        await expectUndisturbed(user, run);
        const outages = eventsOfType(run, 'outage');
        expect(outages.map(({ isOver }) => isOver)).toEqual([
          ...outages.slice(1).map(() => false),
          true,
        ]);
        expect(outages[0]?.cause).toContain('cannot be reached');
      },
    );

    row(
      'F7: and for longer than --max-outage: 6; the rerun sends only what is missing',
      async () => {
        const { user, proxy, env } = await proxied();
        const running = runCli(['add', film(), '--max-outage', '4s'], { env });
        await until(() => user.proxy.puts().length >= 2);
        await proxy.disable();
        const run = await running;
        expect(run.exitCode, run.stderr).toBe(6);
        expect(run.stderr).toMatch(/nothing got through for/);
        expect(run.stderr).toContain('--max-outage');
        await expectNothingPublished(user);
        await proxy.enable();
        await expectUndisturbed(user, await runCli(['add', film()], { env }));
      },
    );

    row(
      'F10: 300 ms and 1 Mbit/s, 200 objects: no false time-out',
      async () => {
        const { user, proxy, env } = await proxied();
        await proxy.add({ type: 'latency', stream: 'downstream', attributes: { latency: 300 } });
        await proxy.add({ type: 'bandwidth', stream: 'upstream', attributes: { rate: 125 } });
        // A hundred segments of the picture, and as many of the sound.
        const dir = makeTempDir('films');
        const size = { width: 160, height: 90, rate: '12', seconds: 597 };
        const long = await makeClip({ dir, name: 'long.mp4', ...size });
        const run = await runCli(['add', long, '--json'], { env });
        expect(run.exitCode, run.stderr).toBe(0);
        const [uploaded] = eventsOfType(run, 'uploaded');
        expect(uploaded?.objects).toBeGreaterThanOrEqual(200);
        expect(uploaded?.retries).toBe(0);
        expect(eventsOfType(run, 'outage')).toEqual([]);
        await expectTidy(user);
      },
      1_200_000,
    );
  });
});

wholeGroup('a clock that is 20 minutes off', () => {
  let fake: FakeS3;
  beforeAll(async () => {
    fake = await startFakeS3();
  });
  afterAll(() => fake?.stop());

  wholly(
    'F11: of the store or of this machine: the store tells the time, and the film is in',
    async () => {
      fake.setClock(20 * 60_000);
      const film = await makeClip({
        dir: makeTempDir('films'),
        name: 'film.mp4',
        width: 160,
        height: 90,
        seconds: 4,
      });
      const env = { HOME: makeTempDir('home'), ...s3Env({ ...fake.settings, kind: 's3' }) };
      const run = await runCli(['add', film, '--preset', 'fast'], { env });
      expect(run.exitCode, run.stderr).toBe(0);
      expect([...fake.objects.keys()].some((key) => key.endsWith('master.m3u8'))).toBe(true);
    },
  );
});
