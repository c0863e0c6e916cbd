import { z } from 'zod';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';
import { applyEdits } from './apply-edits.ts';
import { movTextMarkup } from './mov-text-markup.ts';
import { readMp4Edits } from './read-mp4-edits.ts';

export type ReadMovTextOptions = Readonly<{
  tools: Tools;
  source: Source;
  /** ffmpeg's stream index. */
  track: number;
  signal: AbortSignal;
}>;

const Answer = z.object({
  packets: z.array(
    z.object({
      pts_time: z.coerce.number().optional().catch(undefined),
      duration_time: z.coerce.number().optional().catch(undefined),
      data: z.string().optional(),
    }),
  ),
  streams: z.array(z.object({ id: z.string() })).min(1),
});

/** Half a million cues; a film's dialogue takes 1 MB. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
/** Of a text that nothing ends. */
const LAST_SECONDS = 5;

/**
 * A text track of an MP4 or QuickTime film as SubRip, with times from the film's start. ffmpeg's own way
 * has two faults, measured on 5.1.9: where an edit list cuts into the time between two texts (`ffmpeg
 * -ss 1.3 -c copy` of any film with subtitles) they all come too early, by up to that time; and in
 * fragmented films no text has an end. So the samples are read as they lie in the file, and the edit
 * list is applied here. Undefined where that cannot be done.
 */
export async function readMovText(options: ReadMovTextOptions): Promise<Buffer | undefined> {
  const { tools, source, track, signal } = options;
  const args = [
    ['-v', 'error', '-select_streams', String(track), '-ignore_editlist', '1'],
    ['-show_data', '-show_entries', 'stream=id:packet=pts_time,duration_time,data', '-of', 'json'],
    sourceArgs(source),
  ].flat();
  const result = await run(tools.ffprobe, args, { signal, maxStdoutBytes: MAX_ANSWER_BYTES });
  signal.throwIfAborted();
  if (result.outcome !== 'exited' || result.exitCode !== 0) return undefined;
  const answer = parse(result.stdout.toString('utf8'));
  const edits = answer && (await readMp4Edits(source.path, Number(answer.streams[0]?.id)));
  if (answer === undefined || edits === undefined) return undefined;
  const filmStart = source.clockStartUs / 1e6;
  const cues = answer.packets.flatMap((packet, index) => {
    const markup = movTextMarkup(bytesOf(packet.data));
    const start = packet.pts_time;
    if (markup === '' || start === undefined) return [];
    // The samples of such a track lie end to end.
    const next = answer.packets[index + 1]?.pts_time;
    const end = next ?? start + (packet.duration_time || LAST_SECONDS);
    return applyEdits({ start, end }, edits).map((span) =>
      [clock(span.start - filmStart), ' --> ', clock(span.end - filmStart), '\n', markup].join(''),
    );
  });
  return Buffer.from(cues.map((cue, index) => `${index + 1}\n${cue}\n\n`).join(''));
}

function parse(json: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** ffprobe's dump: lines of `00000010: 0016 7374 …  ..st`, sixteen bytes each. */
function bytesOf(dump = ''): Buffer {
  const hex = dump
    .split('\n')
    .map((line) => line.slice(10, 50).replaceAll(' ', ''))
    .join('');
  return Buffer.from(hex, 'hex');
}

/** SubRip's, with a minus before the film's start. */
function clock(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const part = (unit: number, modulus: number, digits: number) =>
    String(Math.floor(ms / unit) % modulus).padStart(digits, '0');
  const sign = seconds < 0 ? '-' : '';
  return `${sign}${part(3_600_000, 10_000, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)},${part(1, 1000, 3)}`;
}
