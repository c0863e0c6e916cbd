import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestError } from '../../errors.ts';
import type { BurntSubtitle } from '../../model/plan.ts';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { BURNT_FILE } from '../encode/filter-graph.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';
import { readMovText } from './read-mov-text.ts';

/** What we have read ourselves, on its way. */
const OWN_FILE = 'burnt.srt';

/**
 * Puts the text that is to be drawn into the picture where the filter graph looks for it: in the work
 * folder, under a name of ours. The filter would open the film by itself, past our limits on what a
 * film may make ffmpeg open, and with the film's name inside a filter. Throws `film` where there is
 * nothing to draw.
 */
export async function extractBurnt(
  burnt: BurntSubtitle,
  {
    tools,
    source,
    dir,
    signal,
  }: Readonly<{
    tools: Tools;
    source: Source;
    dir: string;
    signal: AbortSignal;
  }>,
): Promise<void> {
  const { codec } = source.subtitles.find(({ index }) => index === burnt.track) ?? {};
  const own =
    codec === 'mov_text'
      ? await readMovText({ tools, source, track: burnt.track, signal })
      : undefined;
  if (own !== undefined) await writeFile(join(dir, OWN_FILE), own);
  const args = [
    ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error'],
    ...(own === undefined
      ? [sourceArgs(source), ['-map', `0:${burnt.track}`]]
      : [['-f', 'srt', '-i', OWN_FILE]]),
    ['-map_metadata', '-1', '-map_chapters', '-1'],
    ['-c:s', 'ass', '-f', 'ass', BURNT_FILE],
  ].flat();
  const result = await run(tools.ffmpeg, args, { cwd: dir, signal });
  signal.throwIfAborted();
  const { size } = await stat(join(dir, BURNT_FILE)).catch(() => ({ size: 0 }));
  if (result.outcome === 'exited' && result.exitCode === 0 && size > 0) return;
  throw new IngestError('film', {
    what: `subtitle ${burnt.number} cannot be read, so it cannot be burnt in`,
    why: result.stderrTail.at(-1) ?? 'ffmpeg made nothing of it.',
    fix: 'Leave --burn-subtitle out, or take another track.',
  });
}
