import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench, Figure } from './lib/result.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** What everything around the encoder costs: probe, poster, upload, gate, publish, catalogue. */
export const p1: Bench = {
  id: 'P1',
  run: async () => {
    const workshop = new Workshop();
    try {
      const short = await compare(workshop, workshop.sample(1080), 2);
      const long = await compare(workshop, await workshop.loopedSample(480, 11), 1);
      return [
        {
          ...short,
          what: 'add to S3 + MongoDB ÷ bare ffmpeg, 30 s at 1080p',
          goal: { atMost: 1.1 },
        },
        { ...long, what: 'the same, 5.5 minutes at 480p', goal: { atMost: 1.03 } },
      ];
    } finally {
      await workshop.close();
    }
  },
};

async function compare(
  workshop: Workshop,
  film: string,
  rounds: number,
): Promise<Omit<Figure, 'what'>> {
  const { ffmpeg, plan } = await workshop.planOf(film, []);
  // Once before, so that the film is in the file cache and the encoder has been tried.
  await execa('cat', [film], { stdout: 'ignore' });
  const { add, bare } = await medians(rounds, {
    bare: () => timeCommand(ffmpeg, plan.ffmpegArgs, { cwd: workshop.folder('bare') }),
    add: async () =>
      timeCommand(process.execPath, [BIN, 'add', film], { env: await workshop.freshEnv() }),
  });
  return { id: 'P1', value: add / bare, detail: `${add.toFixed(1)} s ÷ ${bare.toFixed(1)} s` };
}
