import type { AudioTrack, Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';

type Options = Readonly<{ tools: Tools; signal: AbortSignal }>;

const LOOKED_AT_SECONDS = '2';

/**
 * Whether much less comes out of the decoder than goes in, by the lengths of packets and of what they
 * are decoded to: ffmpeg 5.1 decodes 20 of each 100 ms of a telephone's AMR without a word.
 */
export async function isDecodedInPart(
  source: Source,
  track: AudioTrack,
  options: Options,
): Promise<boolean> {
  const told = await secondsOf(source, track, { ...options, codec: ['-c', 'copy'] });
  const decoded = await secondsOf(source, track, { ...options, codec: [] });
  return told > 0 && decoded < told / 2;
}

/** The lengths of all frames within the first two seconds, in seconds. */
async function secondsOf(
  source: Source,
  { index }: AudioTrack,
  { tools, signal, codec }: Options & Readonly<{ codec: readonly string[] }>,
): Promise<number> {
  const { stdout } = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-t', LOOKED_AT_SECONDS],
      sourceArgs(source),
      ['-map', `0:${index}`, ...codec, '-f', 'framecrc', 'pipe:1'],
    ].flat(),
    { signal, timeoutMs: 60_000 },
  );
  signal.throwIfAborted();
  const lines = stdout.toString('latin1').split('\n');
  // "#tb 0: 1/8000", then "0, dts, pts, duration, size, checksum" for each frame.
  const [num = 0, den = 1] = (lines.find((line) => line.startsWith('#tb 0:')) ?? '#tb 0: 0/1')
    .slice(6)
    .split('/')
    .map(Number);
  const ticks = lines
    .filter((line) => line.startsWith('0,'))
    .reduce((sum, line) => sum + Number(line.split(',')[3]), 0);
  return (ticks * num) / den;
}
