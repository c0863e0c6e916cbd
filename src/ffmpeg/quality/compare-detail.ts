import type { TopDetail } from '../../model/measured.ts';
import type { Plan } from '../../model/plan.ts';
import type { Tools } from '../../model/toolchain.ts';
import { colourSteps, frameSteps } from '../encode/picture-steps.ts';
import { toneMapDevice } from '../encode/tone-map.ts';
import { pictureInput } from '../picture-input.ts';
import { run } from '../run.ts';

export type CompareDetailOptions = Readonly<{
  tools: Tools;
  plan: Pick<Plan, 'source' | 'picture'>;
  /** The largest rung and the one below. */
  top: Readonly<{ width: number; height: number }>;
  below: Readonly<{ width: number; height: number }>;
  /** Where to look, in seconds from the film's start. */
  at: readonly number[];
  signal?: AbortSignal | undefined;
}>;

/** In all; more of them tell no more (quality.md §5.3). */
const PICTURES = 24;
/** Equal pictures are infinitely alike. */
const MOST_DB = 60;
/** Tones between the darkest and the brightest: a black or white picture shows nothing at any size. */
const FLAT = 32;
const TIMEOUT_MS = 60_000;

/**
 * Scales pictures of the film from the size of the largest rung to that of the one below and up again,
 * and compares them with what they were. Nothing is encoded: about a second for 1080p. Undefined when no
 * picture could be compared.
 */
export async function compareDetail(options: CompareDetailOptions): Promise<TopDetail | undefined> {
  const each = Math.ceil(PICTURES / Math.max(4, options.at.length));
  const looks = await Promise.all(options.at.map((seconds) => look(options, seconds, each)));
  const whole = looks.flat().flatMap((figures) => {
    const { 'psnr.mse.y': error, 'ssim.All': ssim } = figures;
    const span = (figures['signalstats.YMAX'] ?? 0) - (figures['signalstats.YMIN'] ?? 0);
    const isKnown = error !== undefined && ssim !== undefined && Number.isFinite(error + ssim);
    return isKnown && span >= FLAT ? [{ error, ssim }] : [];
  });
  if (whole.length === 0) return undefined;
  const error = mean(whole.map((one) => one.error));
  return {
    psnrDb: Number(Math.min(MOST_DB, 10 * Math.log10(255 ** 2 / error)).toFixed(1)),
    ssim: Number(mean(whole.map(({ ssim }) => ssim)).toFixed(4)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Some pictures from the key frame before `seconds` on: no more is decoded than is compared. */
async function look(
  { tools, plan, top, below, signal }: CompareDetailOptions,
  seconds: number,
  pictures: number,
): Promise<readonly Figures[]> {
  const { source, picture } = plan;
  const before = [
    ...frameSteps(picture),
    // Colours last: of HDR at 8K they would take longer than all the rest.
    `scale=${top.width}:${top.height}:flags=bicubic`,
    ...colourSteps(source.video, picture),
    'format=yuv420p,split=3[whole][psnr][ssim]',
  ];
  const graph = [
    `[0:${source.video.index}]${before.join(',')}`,
    `[whole]scale=${below.width}:${below.height}:flags=bicubic,scale=${top.width}:${top.height}:flags=bicubic[again]`,
    '[again][psnr]psnr[half]',
    '[half][ssim]ssim,signalstats,metadata=mode=print:file=-[out]',
  ];
  const found: Figures[] = [];
  await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'error'],
      toneMapDevice(picture.toneMap),
      ['-noaccurate_seek', '-ss', seconds.toFixed(3)],
      pictureInput(source),
      ['-filter_complex', graph.join(';'), '-map', '[out]'],
      ['-frames:v', String(pictures), '-fps_mode', 'passthrough', '-f', 'null', '-'],
    ].flat(),
    {
      signal,
      timeoutMs: TIMEOUT_MS,
      onStdoutLine: (line) => {
        if (line.startsWith('frame:')) found.push({});
        const [, name = '', value] = /^lavfi\.(\S+)=(\S+)$/.exec(line) ?? [];
        const figures = found.at(-1);
        if (figures !== undefined && isWanted(name)) figures[name] = Number(value);
      },
    },
  );
  signal?.throwIfAborted();
  return found;
}

const WANTED = ['psnr.mse.y', 'ssim.All', 'signalstats.YMIN', 'signalstats.YMAX'] as const;
/** Of one picture, as the filters print them. */
type Figures = { [name in (typeof WANTED)[number]]?: number };

function isWanted(name: string): name is (typeof WANTED)[number] {
  return (WANTED as readonly string[]).includes(name);
}
