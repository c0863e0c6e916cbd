import type { Tools } from '../../model/toolchain.ts';
import { inputArgs } from '../input-args.ts';
import { run } from '../run.ts';

/** A packet as the demuxer gives it; times in the track's own time base. */
export type CodedPacket = Readonly<{
  pts: number | undefined;
  dts: number | undefined;
  bytes: number;
  isKey: boolean;
  /** Decoded but not shown: the pre-roll of an edit list. */
  isHidden: boolean;
  isDamaged: boolean;
}>;

export type ReadCodedPacketsOptions = Readonly<{
  tools: Tools;
  path: string;
  /** Takes the packets of a track, in file order; by stream index. False: no more of them. */
  readers: ReadonlyMap<number, (packet: CodedPacket) => boolean>;
  signal?: AbortSignal | undefined;
}>;

/**
 * Reads the packets of some tracks in one pass through the film: nothing is decoded. Ends early when no
 * reader wants more. Answers with what went wrong, or undefined: a film with which ffprobe finds fault
 * is not fit to be published as it is.
 */
export async function readCodedPackets(
  options: ReadCodedPacketsOptions,
): Promise<string | undefined> {
  const { tools, path, readers, signal } = options;
  const stop = new AbortController();
  const signals = [stop.signal, ...(signal === undefined ? [] : [signal])];
  const wanted = new Map(readers);
  const [only] = readers.keys();
  const result = await run(
    tools.ffprobe,
    [
      ['-v', 'error'],
      // ffprobe takes one track or all of them.
      readers.size === 1 ? ['-select_streams', String(only)] : [],
      ['-show_entries', 'packet=stream_index,pts,dts,size,flags', '-of', 'csv=p=0'],
      inputArgs(path),
    ].flat(),
    {
      signal: AbortSignal.any(signals),
      onStdoutLine: (line) => {
        const [index = '', ...fields] = line.split(',');
        const track = Number(index);
        if (wanted.get(track)?.(parsePacket(fields)) === false) wanted.delete(track);
        if (wanted.size === 0) stop.abort();
      },
    },
  );
  signal?.throwIfAborted();
  if (stop.signal.aborted) return undefined; // the readers know why
  if (result.outcome !== 'exited' || result.exitCode !== 0) return 'its packets cannot be read';
  return result.stderrLines > 0 ? 'ffprobe finds faults in the file' : undefined;
}

/** `pts,dts,size,flags`: flags are `K` and `D` (discard) and, of newer ones, `C` (corrupt), each in its place. */
function parsePacket([pts, dts, size, flags = '']: readonly string[]): CodedPacket {
  return {
    pts: wholeNumber(pts),
    dts: wholeNumber(dts),
    bytes: wholeNumber(size) ?? 0,
    isKey: flags.includes('K'),
    isHidden: flags.includes('D'),
    isDamaged: flags.includes('C'),
  };
}

/** Undefined for `N/A`. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
