import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

/** Small enough that a scaler's taste does not matter, large enough that a stretch or a shift does. */
const WIDTH = 96;
const HEIGHT = 96;
const SIZE = WIDTH * HEIGHT;

export type PicturesRequest = Readonly<{
  /** ffmpeg's arguments up to and with the input, absolute film time kept. */
  input: readonly string[];
  stream: string;
  /** What is added to film time in this input, in seconds. */
  offset: number;
  /** Of film time. */
  fromSeconds: number;
  toSeconds: number;
}>;

/** The pictures between two moments of film time, upright, grey, all squeezed into one size. */
export async function greyPictures(request: PicturesRequest): Promise<readonly Buffer[]> {
  const { input, stream, offset, fromSeconds, toSeconds } = request;
  const [from, to] = [fromSeconds + offset, toSeconds + offset].map((time) => time.toFixed(4));
  const { stdout } = await runFfmpeg([
    ...input,
    ...[
      '-map',
      stream,
      '-vf',
      `select='between(t,${from},${to})',scale=${WIDTH}:${HEIGHT}:flags=area,format=gray`,
    ],
    ...['-fps_mode', 'passthrough', '-frames:v', '200', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const count = Math.floor(stdout.length / SIZE);
  return Array.from({ length: count }, (_, at) => stdout.subarray(at * SIZE, (at + 1) * SIZE));
}

/**
 * How alike two pictures are, 1 at best: the structural similarity of blocks of 8 × 8. For HDR without
 * brightness and contrast, which a tone map changes: the correlation of the whole.
 */
export function likeness(
  one: Buffer,
  other: Buffer,
  { isHdr }: Readonly<{ isHdr: boolean }>,
): number {
  if (isHdr) return ssim(statsOf(one, other, 0, WIDTH, HEIGHT), { structureOnly: true });
  let sum = 0;
  let count = 0;
  for (let y = 0; y + 8 <= HEIGHT; y += 8) {
    for (let x = 0; x + 8 <= WIDTH; x += 8) {
      sum += ssim(statsOf(one, other, y * WIDTH + x, 8, 8), { structureOnly: false });
      count += 1;
    }
  }
  return sum / count;
}

type Stats = Readonly<{ meanA: number; meanB: number; varA: number; varB: number; cov: number }>;

function statsOf(a: Buffer, b: Buffer, start: number, width: number, height: number): Stats {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [va = 0, vb = 0] = [a[start + y * WIDTH + x], b[start + y * WIDTH + x]];
      sumA += va;
      sumB += vb;
      sumAA += va * va;
      sumBB += vb * vb;
      sumAB += va * vb;
    }
  }
  const n = width * height;
  const [meanA, meanB] = [sumA / n, sumB / n];
  return {
    meanA,
    meanB,
    varA: sumAA / n - meanA * meanA,
    varB: sumBB / n - meanB * meanB,
    cov: sumAB / n - meanA * meanB,
  };
}

/** With the constants of Wang et al. 2004 for 8 bits. */
function ssim(
  { meanA, meanB, varA, varB, cov }: Stats,
  { structureOnly }: { structureOnly: boolean },
) {
  const [c1, c2] = [6.5025, 58.5225];
  const structure =
    (2 * cov + c2) / ((structureOnly ? 2 * Math.sqrt(varA * varB) : varA + varB) + c2);
  if (structureOnly) return structure;
  return ((2 * meanA * meanB + c1) / (meanA * meanA + meanB * meanB + c1)) * structure;
}
