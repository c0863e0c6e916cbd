import type { Tools } from '../../model/toolchain.ts';
import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';

export type CountIdrOptions = Readonly<{
  tools: Tools;
  path: string;
  streamIndex: number;
  signal?: AbortSignal | undefined;
}>;

/**
 * How many pictures of an H.264 track are IDR: those after which nothing refers to anything before. A
 * container's key flag says less, recovery points have it too (performance.md §2.4, 5). Nothing is
 * decoded: a bitstream filter lets IDR slices pass and nothing else, and each packet that is left is a
 * line. Of MP4 only the key frames are read. Undefined when it cannot be told.
 */
export async function countIdrPictures(options: CountIdrOptions): Promise<number | undefined> {
  const { tools, path, streamIndex, signal } = options;
  let pictures = 0;
  const result = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-v', 'error', '-discard:v', 'nokey'],
      inputArgs(path),
      ['-map', `0:${streamIndex}`, '-c', 'copy', '-copyts'],
      ['-bsf:v', 'filter_units=pass_types=5', '-f', 'framecrc', 'pipe:1'],
    ].flat(),
    {
      signal,
      onStdoutLine: (line) => {
        if (/^0,/.test(line)) pictures += 1;
      },
    },
  );
  signal?.throwIfAborted();
  return result.outcome === 'exited' && result.exitCode === 0 ? pictures : undefined;
}
