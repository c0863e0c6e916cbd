import { join } from 'node:path';
import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench, Figure } from './lib/result.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/**
 * What copying saves: a film that is what its top rung would be, with sound that fits and without. What
 * a film costs beside its encode is the same for both, and so weighs most on a short one.
 */
export const p3: Bench = {
  id: 'P3',
  run: async () => {
    const workshop = new Workshop();
    try {
      return [
        ...(await compare(workshop, { length: '30 s', loops: 1, rounds: 3 })),
        ...(await compare(workshop, { length: '2 minutes', loops: 4, rounds: 1 })),
      ];
    } finally {
      await workshop.close();
    }
  },
};

type Comparison = Readonly<{ length: string; loops: number; rounds: number }>;

async function compare(
  workshop: Workshop,
  { length, loops, rounds }: Comparison,
): Promise<readonly Figure[]> {
  const sample = await workshop.loopedSample(1080, loops);
  const film = await fittingFilm(workshop, sample, `aac-${loops}`, ['-b:a', '160k', '-ac', '2']);
  const mp3 = ['-c:a', 'libmp3lame', '-b:a', '160k'];
  const odd = await fittingFilm(workshop, sample, `mp3-${loops}`, mp3);
  await demandCopies(workshop, film, ['1080p', 'audio-und']);
  await demandCopies(workshop, odd, ['1080p']);
  const add = async (path: string, ...flags: string[]) =>
    timeCommand(process.execPath, [BIN, 'add', path, ...flags], {
      env: await workshop.freshEnv(),
    });
  const { whole, picture, both } = await medians(rounds, {
    whole: () => add(film, '--no-copy'),
    picture: () => add(odd),
    both: () => add(film),
  });
  const detail = (seconds: number) => `${seconds.toFixed(1)} s ÷ ${whole.toFixed(1)} s`;
  return [
    {
      id: 'P3',
      what: `add with the top rung copied ÷ encoded, ${length} at 1080p`,
      value: picture / whole,
      goal: { atMost: 0.55 },
      detail: detail(picture),
    },
    {
      id: 'P3',
      what: `the same with the sound copied too, ${length}`,
      value: both / whole,
      goal: { atMost: 0.5 },
      detail: detail(both),
    },
  ];
}

/** Big Buck Bunny as an editor would deliver it: 1080p within the rung's cap, a key frame each 3 s. */
async function fittingFilm(
  workshop: Workshop,
  sample: string,
  name: string,
  audioArgs: readonly string[],
): Promise<string> {
  const path = join(workshop.dir, `${name}.mp4`);
  await execa('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', '-i', sample, '-ac', '2'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-bf', '3'],
    ...['-b:v', '4500k', '-maxrate', '5500k', '-bufsize', '5500k', '-g', '72'],
    ...[...audioArgs, path],
  ]);
  return path;
}

/** Otherwise the figures would say nothing. */
async function demandCopies(
  workshop: Workshop,
  film: string,
  expected: readonly string[],
): Promise<void> {
  const { plan } = await workshop.planOf(film, []);
  const copied = [...plan.video, ...plan.audio].filter(({ isCopied }) => isCopied);
  const names = copied.map(({ name }) => name);
  if (names.join() === expected.join()) return;
  throw new Error(`${film}: copied is ${names.join() || 'nothing'}; ${plan.copyReason}`);
}
