import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';
import type { ReadPacketsOptions } from './read-packets.ts';

/** Some seconds of film: what a muxer did to the first pictures is then a small part. */
const PACKETS = 60;

/**
 * When the first pictures come out of the decoder, in seconds of the demuxer's clock, in the order that
 * they are shown in: for containers without such times. Empty where nothing could be decoded.
 */
export async function decodeFirstTimes(
  options: Omit<ReadPacketsOptions, 'limit'>,
): Promise<readonly number[]> {
  const { tools, path, streamIndex, maxPixels, signal } = options;
  const times: number[] = [];
  await run(
    tools.ffprobe,
    [
      ['-v', 'quiet', '-select_streams', String(streamIndex), '-read_intervals', `%+#${PACKETS}`],
      ['-show_entries', 'frame=best_effort_timestamp_time', '-of', 'csv=p=0'],
      inputArgs(path, maxPixels),
    ].flat(),
    {
      signal,
      onStdoutLine: (line) => {
        const seconds = Number.parseFloat(line);
        if (Number.isFinite(seconds)) times.push(seconds);
      },
    },
  );
  return times;
}
