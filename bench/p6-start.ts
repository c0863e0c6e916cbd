import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** What one call costs when there is nothing to do. */
export const p6: Bench = {
  id: 'P6',
  run: async () => {
    const workshop = new Workshop();
    try {
      const film = workshop.sample(480);
      const s3 = await workshop.s3();
      const line = await startSlowProxy({ target: s3.endpoint });
      const env = await workshop.freshEnv(line.endpoint);
      await execa(process.execPath, [BIN, 'add', film, '--preset', 'fast'], {
        env,
        stdin: 'ignore',
      });
      const putsBefore = line.puts();
      const again = ['add', film, '--preset', 'fast'];
      const cost = await medians(9, {
        node: () => timeCommand(process.execPath, ['-e', '0'], { env }),
        help: () => timeCommand(process.execPath, [BIN, '--help'], { env }),
        again: () => timeCommand(process.execPath, [BIN, ...again], { env }),
      });
      const puts = line.puts() - putsBefore;
      await line.stop();
      const inMs = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
      return [
        {
          id: 'P6',
          what: 'movie-ingest --help ÷ node -e 0',
          value: cost.help / cost.node,
          goal: { atMost: 1.5 },
          detail: `${inMs(cost.help)} ÷ ${inMs(cost.node)}`,
        },
        {
          id: 'P6',
          what: 'add of a film that is in ÷ node -e 0',
          value: cost.again / cost.node,
          detail: `${inMs(cost.again)} ÷ ${inMs(cost.node)}`,
        },
        {
          id: 'P6',
          what: 'PUTs of nine such adds',
          value: puts,
          goal: { atMost: 0 },
          detail: `${puts} PUTs`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};
