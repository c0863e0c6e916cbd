import type { Tools } from '../../model/toolchain.ts';
import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';

export type Packet = Readonly<{ ptsSeconds: number | undefined; dtsSeconds: number | undefined }>;

export type ReadPacketsOptions = Readonly<{
  tools: Tools;
  path: string;
  streamIndex: number;
  /** Stop after this many packets; all of them when left out. */
  limit?: number;
  maxPixels?: number | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Time stamps of a stream's packets, in file order, as the demuxer gives them (not from the film's
 * start). Nothing is decoded. An unreadable file yields what could be read: the caller has the header.
 */
export async function readPackets(options: ReadPacketsOptions): Promise<readonly Packet[]> {
  const { tools, path, streamIndex, limit, maxPixels, signal } = options;
  const packets: Packet[] = [];
  await run(
    tools.ffprobe,
    [
      ['-v', 'error', '-select_streams', String(streamIndex)],
      limit === undefined ? [] : ['-read_intervals', `%+#${limit}`],
      ['-show_entries', 'packet=pts_time,dts_time', '-of', 'csv=p=0'],
      inputArgs(path, maxPixels),
    ].flat(),
    {
      signal,
      onStdoutLine: (line) => {
        const [pts, dts] = line.split(',').map(secondsOf);
        if (pts === undefined && dts === undefined) return;
        packets.push({ ptsSeconds: pts, dtsSeconds: dts });
      },
    },
  );
  return packets;
}

/** Undefined for `N/A`. */
function secondsOf(text: string): number | undefined {
  const seconds = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** When the first pictures are shown, in any order; undefined where the container does not say it (AVI). */
export function firstTimes(
  packets: readonly Packet[],
  count: number,
): readonly number[] | undefined {
  const first = packets.slice(0, count);
  const shown = first.flatMap(({ ptsSeconds }) => ptsSeconds ?? []);
  return shown.length >= first.length * MOSTLY ? shown : undefined;
}

/** A few packets without a time are damage, not the container's way. */
const MOSTLY = 0.9;

/** A leap of more than 2 s, or a step back: joined or broadcast streams (performance.md §1.6). */
export function hasJumps(packets: readonly Packet[]): boolean {
  let last: number | undefined;
  for (const { dtsSeconds } of packets) {
    if (dtsSeconds === undefined) continue;
    if (last !== undefined && (dtsSeconds < last || dtsSeconds > last + 2)) return true;
    last = dtsSeconds;
  }
  return false;
}
