import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';

const RATE = 8_000;
const LONGEST_LAG = RATE / 5;

export type Sound = Readonly<{
  /** File or playlist, with the options that it needs. */
  path: string;
  options: readonly string[];
  stream: string;
  /** What is zero of the film's clock on that of the file. */
  zeroSeconds: number;
}>;

/** The first 20 s of a sound track on the film's clock, mono. */
export async function soundOf({ path, options, stream, zeroSeconds }: Sound): Promise<Int16Array> {
  const { stdout } = await runFfmpeg([
    ...[...options, '-i', path, '-map', `0:${stream}`],
    ...['-t', '20', '-ac', '1', '-ar', String(RATE), '-f', 's16le', 'pipe:1'],
  ]);
  // Of the first samples that are heard: what an encoder puts before them is dropped.
  const probed = (await runFfprobe(path, [
    ...[...options, '-select_streams', stream, '-read_intervals', '%+#4'],
    ...['-show_entries', 'frame=pts_time'],
  ])) as { frames: readonly { pts_time: string }[] };
  const start = Math.round((Number(probed.frames[0]?.pts_time) - zeroSeconds) * RATE);
  const samples = Math.floor(stdout.length / 2);
  return Int16Array.from({ length: Math.max(0, samples + start) }, (_, at) =>
    at < start ? 0 : stdout.readInt16LE((at - start) * 2),
  );
}

/**
 * By how many ms `played` comes later than `source`, where they are most alike; undefined for silence,
 * or where nothing is alike. At most 200 ms.
 */
export function measureLag(source: Int16Array, played: Int16Array): number | undefined {
  const score = (lag: number, step: number) => {
    let [dot, one, other] = [0, 0, 0];
    for (let at = LONGEST_LAG; at < source.length - LONGEST_LAG; at += step) {
      const [a, b] = [source[at] ?? 0, played[at + lag] ?? 0];
      dot += a * b;
      one += a * a;
      other += b * b;
    }
    return one === 0 || other === 0 ? 0 : dot / Math.sqrt(one * other);
  };
  // Where a tone repeats itself many lags are almost as good: the smallest of them counts.
  let best = { lag: 0, score: score(0, 7) };
  for (let size = 1; size <= LONGEST_LAG; size += 1) {
    for (const lag of [-size, size]) {
      const found = score(lag, 7);
      if (found > best.score + 0.001) best = { lag, score: found };
    }
  }
  return best.score < 0.5 ? undefined : (best.lag * 1000) / RATE;
}
