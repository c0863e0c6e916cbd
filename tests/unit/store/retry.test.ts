import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../src/model/store.ts';
import { type PatienceOptions, patient, type Retry } from '../../../src/store/retry.ts';
import { deferred, failure, settle, standInStore } from './stand-in-store.ts';

const REQUEST = {
  key: 'x.ts',
  body: Buffer.from('x'),
  contentType: 'video/mp2t',
  cacheControl: '',
};
const STORED: StoredObject = { key: 'x.ts', bytes: 1, md5: undefined };

/** Time passes only in sleeps, and in what a test says. */
function clock() {
  const time = { ms: 0, slept: [] as number[] };
  const options = {
    now: () => time.ms,
    sleep: async (ms: number) => {
      time.slept.push(ms);
      time.ms += ms;
    },
    random: () => 0.5,
  } satisfies PatienceOptions;
  return { time, options };
}

/** Throws these one after the other, then succeeds for ever. */
function failing(errors: readonly unknown[]) {
  const left = [...errors];
  let calls = 0;
  return {
    calls: () => calls,
    put: async () => {
      calls += 1;
      if (left.length > 0) throw left.shift();
      return STORED;
    },
  };
}

describe('patience with a store (F4, F6)', () => {
  it('what is passing is tried again until it works', async () => {
    const { options } = clock();
    const { put, calls } = failing([failure('passing'), failure('busy'), failure('passing')]);
    expect(await patient(standInStore({ put }), options).put(REQUEST, {})).toBe(STORED);
    expect(calls()).toBe(4);
  });

  it('the wait is a random part of 0.25 s, doubled each time, of 20 s at most', async () => {
    const { time, options } = clock();
    const { put } = failing(Array.from({ length: 10 }, () => failure('passing')));
    await patient(standInStore({ put }), options).put(REQUEST, {});
    expect(time.slept).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  it('what is permanent is thrown at once, and so is a bug', async () => {
    for (const error of [failure('permanent'), new TypeError('a bug')]) {
      const { put, calls } = failing([error]);
      await expect(patient(standInStore({ put }), clock().options).put(REQUEST, {})).rejects.toBe(
        error,
      );
      expect(calls()).toBe(1);
    }
  });

  it('damage is tried twice more, then thrown', async () => {
    const cured = failing([failure('damaged'), failure('passing'), failure('damaged')]);
    await patient(standInStore(cured), clock().options).put(REQUEST, {});
    expect(cured.calls()).toBe(4);
    const lasting = failing(Array.from({ length: 9 }, () => failure('damaged')));
    const put = patient(standInStore(lasting), clock().options).put(REQUEST, {});
    await expect(put).rejects.toMatchObject({ kind: 'damaged' });
    expect(lasting.calls()).toBe(3);
  });

  it('after 15 minutes without any success it gives up, and says why and what to do', async () => {
    const { time, options } = clock();
    const last = failure('passing', 'R2 cannot be reached');
    const store = patient(standInStore({ put: () => Promise.reject(last) }), options);
    await expect(store.put(REQUEST, {})).rejects.toMatchObject({
      exit: 'store',
      message: 'R2 films: nothing got through for 15m 00s',
      why: 'R2 cannot be reached',
      fix: expect.stringContaining('same command again'),
      cause: last,
    });
    expect(time.ms).toBe(15 * 60_000);
  });

  it('any success of the store starts the clock anew for all', async () => {
    const { time, options } = clock();
    let lastSuccessAt = 0;
    const store = patient(
      standInStore({
        put: () => Promise.reject(failure('passing')),
        get: async () => Buffer.from('here'),
      }),
      {
        ...options,
        maxOutageMs: 60_000,
        sleep: async (ms) => {
          await options.sleep(ms);
          if (time.ms > 600_000) return;
          await store.get('master.m3u8', {});
          lastSuccessAt = time.ms;
        },
      },
    );
    await expect(store.put(REQUEST, {})).rejects.toThrow('nothing got through for 1m 00s');
    expect(lastSuccessAt).toBeGreaterThan(500_000);
    expect(time.ms).toBeGreaterThanOrEqual(lastSuccessAt + 60_000);
  });

  it('an hour in which nothing was asked is no outage', async () => {
    const { time, options } = clock();
    const abort = new AbortController();
    const { put, calls } = failing([failure('passing'), failure('passing')]);
    const store = patient(standInStore({ put }), {
      ...options,
      sleep: async (ms) => {
        await options.sleep(ms);
        if (calls() === 1) abort.abort(new Error('stopped'));
      },
    });
    await expect(store.put(REQUEST, { signal: abort.signal })).rejects.toThrow('stopped');
    time.ms += 3_600_000;
    expect(await store.put(REQUEST, {})).toBe(STORED);
  });

  it('an abort ends a wait at once', async () => {
    const abort = new AbortController();
    const store = patient(standInStore({ put: () => Promise.reject(failure('passing')) }), {
      random: () => 0.999,
      onRetry: ({ number }) => {
        if (number === 1) setImmediate(() => abort.abort(new Error('Ctrl-C')));
      },
      maxOutageMs: 60_000,
    });
    await expect(store.put(REQUEST, { signal: abort.signal })).rejects.toThrow('Ctrl-C');
  });

  it('what fails after the abort is told as the abort', async () => {
    const abort = new AbortController();
    const store = patient(
      standInStore({
        put: async () => {
          abort.abort(new Error('Ctrl-C'));
          throw failure('passing');
        },
      }),
      clock().options,
    );
    await expect(store.put(REQUEST, { signal: abort.signal })).rejects.toThrow('Ctrl-C');
  });

  it('tells of each retry, of the outage, and of its end', async () => {
    const retries: Retry[] = [];
    const own: Retry[] = [];
    const waiting: (number | undefined)[] = [];
    const store = patient(standInStore(failing([failure('busy'), failure('passing')])), {
      ...clock().options,
      onRetry: (retry) => retries.push(retry),
      onWaiting: (retry) => waiting.push(retry?.failingMs),
    });
    await store.put(REQUEST, { onRetry: (retry) => own.push(retry) });
    expect(own).toEqual(retries);
    expect(
      own.map(({ number, delayMs, failingMs, isBusy }) => [number, delayMs, failingMs, isBusy]),
    ).toEqual([
      [1, 125, 0, true],
      [2, 250, 125, false],
    ]);
    expect(waiting).toEqual([0, 125, undefined]);
  });

  it('counts from the start of the try: silence is a part of the outage', async () => {
    const { time, options } = clock();
    const store = patient(
      standInStore({
        put: async () => {
          time.ms += 60_000;
          throw failure('busy');
        },
      }),
      options,
    );
    await expect(store.put(REQUEST, {})).rejects.toThrow(/nothing got through for 1[56]m/);
    expect(time.ms).toBeLessThan(18 * 60_000);
  });

  it('F20: an hour in which the machine slept is no hour of outage', async () => {
    const { time, options } = clock();
    let tries = 0;
    const store = patient(
      standInStore({
        put: async () => {
          tries += 1;
          if (tries > 2) return STORED;
          time.ms += 3_600_000; // asleep in the middle of the try
          throw failure('passing');
        },
      }),
      options,
    );
    expect(await store.put(REQUEST, {})).toBe(STORED);
  });

  it('an operation may give up by itself; the failure is thrown as it is', async () => {
    const error = failure('passing');
    const { put, calls } = failing(Array.from({ length: 9 }, () => error));
    const giveUp = ({ number }: Retry) => number >= 3;
    const store = patient(standInStore({ put }), clock().options);
    await expect(store.put(REQUEST, { giveUp })).rejects.toBe(error);
    expect(calls()).toBe(3);
  });

  it('an operation that ends in failure does not end the outage for those who watch', async () => {
    const waiting: unknown[] = [];
    const { put } = failing([failure('passing'), failure('permanent')]);
    const onWaiting = (retry: Retry | undefined) => waiting.push(retry === undefined);
    const store = patient(standInStore({ put }), { ...clock().options, onWaiting });
    await store.put(REQUEST, {}).catch(() => {});
    expect(waiting).toEqual([false]);
  });

  it('two operations share one outage', async () => {
    const { time, options } = clock();
    const gates = [deferred(), deferred()];
    let asleep = 0;
    const store = patient(standInStore({ put: () => Promise.reject(failure('passing')) }), {
      ...options,
      maxOutageMs: 1_000,
      sleep: () => gates[asleep++]?.promise ?? Promise.resolve(),
    });
    const first = store.put(REQUEST, {}).catch((error) => error);
    await settle();
    time.ms = 900;
    const second = store.put(REQUEST, {}).catch((error) => error);
    await settle();
    time.ms = 1_000;
    gates[1]?.resolve();
    expect(await second).toMatchObject({ message: expect.stringContaining('nothing got through') });
    gates[0]?.resolve();
    expect(await first).toMatchObject({ message: expect.stringContaining('nothing got through') });
  });

  it('a listing that breaks off goes on after the last key, and gives each once', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const breaks = [2, 0, 4];
    let opened = 0;
    const store = patient(
      standInStore({
        list: async function* (_, { after }) {
          opened += 1;
          const breakAt = breaks.shift();
          for (const [index, key] of keys.entries()) {
            if (index === breakAt) throw failure('passing');
            if (after === undefined || key > after) {
              yield { key, bytes: 1, md5: undefined, modifiedAtMs: 0 };
            }
          }
        },
      }),
      clock().options,
    );
    const seen: string[] = [];
    for await (const { key } of store.list('', {})) seen.push(key);
    expect(seen).toEqual(keys);
    expect(opened).toBe(4);
  });
});
