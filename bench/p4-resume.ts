import { execa } from 'execa';
import type { Bench } from './lib/result.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** Where in the film it is killed, as shares of it. */
const KILLS = [0.3, 0.5, 0.8];

type Event = Readonly<{ type: string; doneMs?: number; totalMs?: number; segment?: number }>;

/** How much of a film is encoded again after a kill -9, beside its sound. */
export const p4: Bench = {
  id: 'P4',
  run: async () => {
    const workshop = new Workshop();
    try {
      const film = await workshop.loopedSample(480, 3);
      const redone: number[] = [];
      for (const share of KILLS) redone.push(await redoneSeconds(workshop, film, share));
      const all = redone.map((seconds) => seconds.toFixed(1)).join(', ');
      return [
        {
          id: 'P4',
          what: 'film encoded again after kill -9, seconds, the worst',
          value: Math.max(...redone),
          goal: { atMost: 12 },
          detail: `${all} s after kills at ${KILLS.join(', ')} of 90 s`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};

/** From the place that the rerun goes on from to the last one that the killed run told of. */
async function redoneSeconds(workshop: Workshop, film: string, share: number): Promise<number> {
  const env = { ...(await workshop.freshEnv()), MOVIE_INGEST_PROGRESS_INTERVAL: '1s' };
  const args = [BIN, 'add', film, '--json', '--preset', 'fast'];
  const options = { env, extendEnv: false, stdin: 'ignore', reject: false } as const;
  const running = execa(process.execPath, args, options);
  let reachedMs = 0;
  for await (const line of running.iterable()) {
    const event = JSON.parse(line) as Event;
    if (event.type !== 'encode.progress') continue;
    reachedMs = Math.max(reachedMs, event.doneMs ?? 0);
    if (reachedMs >= share * (event.totalMs ?? 0)) running.kill('SIGKILL');
  }
  await running;
  const again = await execa(process.execPath, args, options);
  const lines = again.stdout.split('\n').filter((line) => line !== '');
  const events = lines.map((line) => JSON.parse(line) as Event);
  const resumed = events.find(({ type }) => type === 'resumed');
  if (again.exitCode !== 0 || resumed?.doneMs === undefined) {
    throw new Error(`the film was not gone on with: ${again.stdout.slice(-1000)}${again.stderr}`);
  }
  return (reachedMs - resumed.doneMs) / 1000;
}
