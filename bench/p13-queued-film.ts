import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { startWorker } from './lib/start-worker.ts';
import { BIN, Workshop } from './lib/workshop.ts';

const ROUNDS = 3;

/** What a queue adds to a film: handing in, taking up, telling and following. */
export const p13: Bench = {
  id: 'P13',
  run: async () => {
    const workshop = new Workshop();
    try {
      const film = await workshop.loopedSample(480, 11);
      await execa('cat', [film], { stdout: 'ignore' }); // into the file cache
      const add = [BIN, 'add', film];
      let database = 0;
      const { queued, local } = await medians(ROUNDS, {
        local: async () => timeCommand(process.execPath, add, { env: await workshop.freshEnv() }),
        queued: async () => {
          const env = await workshop.freshQueue(database);
          database += 1;
          const worker = await startWorker(env);
          const seconds = await timeCommand(process.execPath, [...add, '--wait'], { env });
          await worker.kill();
          return seconds;
        },
      });
      return [
        {
          id: 'P13',
          what: 'add --queue --wait ÷ add, 5.5 minutes at 480p',
          value: queued / local,
          goal: { atMost: 1.02 },
          detail: `${queued.toFixed(1)} s ÷ ${local.toFixed(1)} s`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};
