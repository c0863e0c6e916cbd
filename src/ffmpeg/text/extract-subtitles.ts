import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';
import { readMovText } from './read-mov-text.ts';

export type SubtitleToExtract = Readonly<{
  /** ffmpeg's stream index. */
  track: number;
  codec: string;
}>;

export type ExtractSubtitlesOptions = Readonly<{
  tools: Tools;
  source: Source;
  /** For the files on the way. */
  dir: string;
  tracks: readonly SubtitleToExtract[];
  signal: AbortSignal;
}>;

/** Beyond this a text track is none: a film's dialogue has about 100 kB, typesetting a few MB. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The text tracks of a film, by track, as SubRip, ASS or WebVTT, with times from the film's start (what
 * ffmpeg subtracts is the container's start, as in the encode). Reads the film once for all of them, and
 * once for each text of an MP4. A track that cannot be read is absent.
 */
export async function extractSubtitles(
  options: ExtractSubtitlesOptions,
): Promise<ReadonlyMap<number, Buffer>> {
  const found = new Map<number, Buffer>();
  for (const { track, codec } of options.tracks) {
    const own = codec === 'mov_text' ? await readMovText({ ...options, track }) : undefined;
    if (own !== undefined) found.set(track, own);
  }
  const tracks = options.tracks.filter(({ track }) => !found.has(track));
  if (tracks.length === 0) return found;
  const together = await extract({ ...options, tracks });
  if (together !== undefined || tracks.length === 1)
    return new Map([...found, ...(together ?? [])]);
  // One bad track fails them all: now each for itself.
  for (const track of tracks) {
    const one = await extract({ ...options, tracks: [track] });
    for (const [index, body] of one ?? []) found.set(index, body);
  }
  return found;
}

async function extract({
  tools,
  source,
  dir,
  tracks,
  signal,
}: ExtractSubtitlesOptions): Promise<Map<number, Buffer> | undefined> {
  const outputs = tracks.map(({ track, codec }) => ({ track, ...formatOf(codec) }));
  const fileOf = (track: number) => `subtitle_${track}.txt`;
  const args = [
    ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error'],
    sourceArgs(source),
    ...outputs.map(({ track, encoder, muxer }) => [
      ...['-map', `0:${track}`, '-map_metadata', '-1', '-map_chapters', '-1'],
      ...['-c:s', encoder, '-fs', String(MAX_BYTES), '-f', muxer, fileOf(track)],
    ]),
  ].flat();
  const result = await run(tools.ffmpeg, args, { cwd: dir, signal });
  signal.throwIfAborted();
  const isWhole = result.outcome === 'exited' && result.exitCode === 0;
  const bodies = new Map<number, Buffer>();
  for (const { track } of outputs) {
    const file = join(dir, fileOf(track));
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (isWhole && size > 0) bodies.set(track, await readFile(file));
    await rm(file, { force: true });
  }
  return isWhole ? bodies : undefined;
}

/** As it is where there is a file format for it: bytes that are no UTF-8 come through, to be decoded. */
function formatOf(codec: string): Readonly<{ encoder: string; muxer: string }> {
  if (codec === 'ass' || codec === 'ssa') return { encoder: 'copy', muxer: 'ass' };
  if (codec === 'webvtt') return { encoder: 'copy', muxer: 'webvtt' };
  if (codec === 'mov_text') return { encoder: 'srt', muxer: 'srt' };
  return { encoder: 'copy', muxer: 'srt' };
}
