import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { measureVmaf } from '../src/ffmpeg/quality/measure-vmaf.ts';
import { poolScores } from '../src/ffmpeg/quality/pool-scores.ts';
import { segmentStartSeconds } from '../src/model/grid.ts';
import type { Plan } from '../src/model/plan.ts';
import { describeMissing, locate } from '../tests/servers/locate.ts';
import type { Bench } from './lib/result.ts';
import { Workshop } from './lib/workshop.ts';

/** What scripts give every film; capped and buffered as they do (quality.md §4). */
const FIXED_KBPS = [800, 2500, 5000];
/** More than this nobody sees. */
const ENOUGH = 95;

/** Bytes of our ladder against a fixed one, and what they buy: VMAF at each rung's own size. */
export const p8: Bench = {
  id: 'P8',
  run: async () => {
    const scorer = await locate('ffmpeg-9');
    if (scorer.path === undefined) {
      process.stderr.write(
        `P8 SKIPPED, needs an ffmpeg with libvmaf: ${describeMissing('ffmpeg-9', scorer)}\n`,
      );
      return [];
    }
    const workshop = new Workshop();
    try {
      const rungs: Compared[] = [];
      for (const film of await films(workshop)) {
        rungs.push(...(await compare(film, scorer.path, workshop)));
      }
      return figuresOf(rungs);
    } finally {
      await workshop.close();
    }
  },
};

type Ladder = Readonly<{ bytes: number; vmaf: number }>;
type Compared = Readonly<{ name: string; ours: Ladder; fixed: Ladder }>;

function figuresOf(rungs: readonly Compared[]) {
  const easy = rungs.filter(({ fixed }) => fixed.vmaf > ENOUGH);
  const hard = rungs.filter(({ fixed }) => fixed.vmaf <= ENOUGH);
  const bytes = (ladder: 'ours' | 'fixed') =>
    easy.reduce((total, rung) => total + rung[ladder].bytes, 0);
  const list = (some: readonly Compared[]) =>
    some.map(({ name, ours, fixed }) => `${name} ${ours.vmaf}/${fixed.vmaf}`).join(', ');
  const figures = [
    {
      id: 'P8',
      what: `bytes ÷ fixed ladder, where that exceeds VMAF ${ENOUGH}`,
      value: bytes('ours') / bytes('fixed'),
      goal: { atMost: 0.75 },
      detail: list(easy),
    },
    {
      id: 'P8',
      what: 'the lowest VMAF there',
      value: Math.min(...easy.map(({ ours }) => ours.vmaf)),
      goal: { atLeast: 93 },
      detail: 'ours',
    },
    {
      id: 'P8',
      what: 'elsewhere: VMAF above the fixed ladder, at least',
      value: Math.min(...hard.map(({ ours, fixed }) => ours.vmaf - fixed.vmaf)),
      goal: { atLeast: 0 },
      detail: list(hard),
    },
  ];
  // Of a kind that none of the films has there is nothing to say.
  return figures.filter(({ value }) => Number.isFinite(value));
}

/** A whole segment: an encode of the `quality` kind takes long, and an average needs time to settle. */
const SECONDS = '6';

/** A cartoon; the same with grain, which is hard; and as an old film that was enlarged, which is easy. */
async function films(workshop: Workshop): Promise<readonly string[]> {
  const make = async (name: string, filters: string) => {
    const path = join(workshop.dir, `${name}.mp4`);
    await execa('ffmpeg', [
      ...['-v', 'error', '-nostdin', '-y', '-ss', '16', '-i', workshop.sample(1080), '-t', SECONDS],
      ...['-vf', filters, '-an', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '10', path],
    ]);
    return path;
  };
  return [
    await make('cartoon', 'null'),
    await make('grain', 'noise=alls=30:allf=t+u'),
    await make('old', 'scale=640:360:flags=area,hue=s=0,scale=1920:1080:flags=bicubic'),
  ];
}

async function compare(film: string, scorer: string, workshop: Workshop): Promise<Compared[]> {
  const { plan, ffmpeg } = (await workshop.planOf(film, ['--no-copy'])) as unknown as Readonly<{
    plan: Plan;
    ffmpeg: string;
  }>;
  const make = async (args: readonly string[]) => {
    const dir = workshop.folder('ladder');
    await execa(ffmpeg, args, { cwd: dir });
    return score(plan, dir, scorer);
  };
  const ours = await make(plan.ffmpegArgs);
  const fixed = await make(fixedArgs(plan.ffmpegArgs));
  return plan.video.map(({ name }, index) => {
    const [own, theirs] = [ours[index], fixed[index]];
    if (own === undefined || theirs === undefined) throw new Error(`${name} was not scored`);
    return { name: `${plan.slug} ${name}`, ours: own, fixed: theirs };
  });
}

/** The very same command but for its rate control: one pass of x264 medium at an average. */
function fixedArgs(args: readonly string[]): readonly string[] {
  return args.map((word, at) => {
    const [, option, rung] = /^-(crf|maxrate|bufsize):v:(\d)$/.exec(args[at - 1] ?? '') ?? [];
    const kbps = FIXED_KBPS[Number(rung)] ?? 0;
    if (args[at - 1] === '-preset:v') return 'medium';
    if (/^-crf:v:\d$/.test(word)) return word.replace('crf', 'b');
    if (option === 'crf') return `${kbps}k`;
    if (option === 'maxrate') return `${Math.round(kbps * 1.07)}k`;
    return option === 'bufsize' ? `${Math.round(kbps * 1.5)}k` : word;
  });
}

async function score(plan: Plan, dir: string, ffmpeg: string): Promise<readonly Ladder[]> {
  const files = readdirSync(join(dir, plan.video[0]?.name ?? '')).filter((it) => /^seg_/.test(it));
  const scores: number[][] = plan.video.map(() => []);
  for (const [index, file] of files.toSorted().entries()) {
    const found = await measureVmaf({
      tools: { ffmpeg, ffprobe: '' },
      plan,
      dir,
      sample: {
        startSeconds: segmentStartSeconds(plan.grid, index),
        frames: 96,
        rungs: plan.video.map(({ name }) => ({ rendition: name, file })),
      },
      signal: new AbortController().signal,
    });
    for (const [rung, all] of found.entries()) scores[rung]?.push(...all);
  }
  return plan.video.map(({ name }, rung) => ({
    bytes: files.reduce((total, file) => total + statSync(join(dir, name, file)).size, 0),
    vmaf: poolScores(scores[rung] ?? []).vmaf,
  }));
}
