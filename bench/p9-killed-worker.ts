import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import type { EventOf } from '../src/model/event.ts';
import type { Bench } from './lib/result.ts';
import { startWorker } from './lib/start-worker.ts';
import { storeOf } from './lib/store-of.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** Where in the film its worker is killed, as shares of it. */
const KILLS = [0.3, 0.6];
const SEGMENT_SECONDS = 6;

type Taken = Readonly<{ seconds: number; redone: number; behind: number }>;

/** A machine that dies, with the settings that are shipped: when its film is in another's encoder, and from where. */
export const p9: Bench = {
  id: 'P9',
  run: async () => {
    const workshop = new Workshop();
    try {
      const film = await workshop.loopedSample(480, 11);
      const all: Taken[] = [];
      for (const [nth, share] of KILLS.entries()) {
        all.push(await takeOver(workshop, film, { share, database: nth }));
      }
      const worst = (name: keyof Taken) => Math.max(...all.map((taken) => taken[name]));
      const each = (name: keyof Taken) => all.map((it) => it[name].toFixed(1)).join(' s, ');
      return [
        {
          id: 'P9',
          what: 'kill -9 of a worker to another one encoding, seconds, the worst',
          value: worst('seconds'),
          goal: { atMost: 120 },
          detail: `${each('seconds')} s after kills at ${KILLS.join(', ')} of 5.5 minutes`,
        },
        {
          id: 'P9',
          what: 'film in the bucket that is encoded again, seconds, the worst',
          value: worst('redone'),
          goal: { atMost: 12 },
          detail: `${each('redone')} s; behind where the dead encoder was: ${each('behind')} s`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};

type Kill = Readonly<{ share: number; database: number }>;

async function takeOver(
  workshop: Workshop,
  film: string,
  { share, database }: Kill,
): Promise<Taken> {
  const env = { ...(await workshop.freshQueue(database)), MOVIE_INGEST_PROGRESS_INTERVAL: '1s' };
  const first = await startWorker(workshop.ownMachine(env));
  const isFarEnough = first.until(
    (event) => event.type === 'encode.progress' && event.doneMs >= share * event.totalMs,
  );
  const isBegun = first.until((event) => event.type === 'job' && event.state === 'started');
  await execa(process.execPath, [BIN, 'add', film, '--preset', 'fast'], {
    env: workshop.ownMachine(env),
    extendEnv: false,
    stdin: 'ignore',
  });
  await isBegun; // by the first: the second would take it as well
  const second = await startWorker(workshop.ownMachine(env));
  const resumed = second.until(({ type }) => type === 'resumed');
  const encodes = second.until(({ type }) => type === 'encode.progress');
  const reached = (await isFarEnough) as EventOf<'encode.progress'>;
  await first.kill();
  const killedAt = performance.now();
  const wholeSeconds = SEGMENT_SECONDS * (await segmentsIn(env));
  await makeForeign(env);
  const { doneMs } = (await resumed) as EventOf<'resumed'>;
  await encodes;
  const seconds = (performance.now() - killedAt) / 1_000;
  await second.kill();
  return {
    seconds,
    redone: Math.max(0, wholeSeconds - doneMs / 1_000),
    behind: (reached.doneMs - doneMs) / 1_000,
  };
}

/** Whole in every rendition. */
async function segmentsIn(env: Readonly<Record<string, string>>): Promise<number> {
  const store = await storeOf(env);
  const counts = new Map<string, number>();
  for await (const { key } of store.list('videos/', {})) {
    const rung = /\/(\d+p)\/seg_\d+\.ts$/.exec(key)?.[1];
    if (rung !== undefined) counts.set(rung, (counts.get(rung) ?? 0) + 1);
  }
  await store.close();
  return Math.min(...counts.values());
}

/** As if it had run on another machine: on this one it is seen at once that its process is gone. */
async function makeForeign(env: Readonly<Record<string, string>>): Promise<void> {
  const client = await MongoClient.connect(env['MONGODB_URI'] ?? '');
  const leases = client.db(env['MONGODB_DB']).collection('movies_leases');
  await leases.updateMany({}, { $set: { host: 'another-machine' } });
  await client.close();
}
