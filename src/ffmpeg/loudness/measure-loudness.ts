import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import type { Loudness } from '../../model/loudness.ts';
import type { AudioRendition } from '../../model/plan.ts';
import type { Container } from '../../model/preset.ts';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { gainFilters, mixFilters } from '../encode/audio-args.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';
import { loudnessFilter, readLoudness } from './loudness-filter.ts';

export type MadeSound = Readonly<{
  tools: Tools;
  container: Container;
  /** Init segment and segments of one rendition, in order; may come while it is being encoded. */
  pieces: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}>;

/**
 * How loud a sound rendition is, from its finished segments: what viewers hear. The encode is not
 * touched by it: its arguments and every byte of its segments are those of a run without
 * (performance.md §1.3). About 230 times real time. Undefined when the decoder failed.
 */
export async function measureMade(sound: MadeSound): Promise<Loudness | undefined> {
  const { tools, container, pieces, signal } = sound;
  const reader = readLoudness();
  const end = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostats', '-loglevel', 'info', '-threads', '1'],
      ['-protocol_whitelist', 'pipe', '-f', container === 'fmp4' ? 'mov' : container],
      ['-i', 'pipe:0', '-filter:a', loudnessFilter('made'), '-f', 'null', '-'],
    ].flat(),
    { input: pieces, signal, onStderrLine: reader.line },
  );
  const isWhole = end.outcome === 'exited' && end.exitCode === 0;
  return isWhole ? reader.result('made') : undefined;
}

export type FilmSound = Readonly<{
  tools: Tools;
  source: Pick<Source, 'path' | 'video' | 'beginsLate'>;
  renditions: readonly AudioRendition[];
  signal: AbortSignal;
}>;

/**
 * How loud each rendition will be, by its name; of one without `gainDb`, how loud it would be without a
 * limiter: what the gain is reckoned from. Reads the whole film, decodes its sound once, writes nothing. Throws
 * `film` where the sound cannot be decoded to its end, and the signal's reason.
 */
export async function measureFilm(film: FilmSound): Promise<ReadonlyMap<string, Loudness>> {
  const { tools, source, renditions, signal } = film;
  const reader = readLoudness();
  const chains = renditions.map((rendition, index) => {
    const made = [...mixFilters(rendition), ...gainFilters(rendition)];
    const filters = [...made, loudnessFilter(`film${index}`)];
    return `[0:${rendition.sourceIndex}]${filters.join(',')}[a${index}]`;
  });
  const end = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info'],
      sourceArgs(source),
      ['-filter_complex', chains.join(';')],
      ...renditions.map((_, index) => ['-map', `[a${index}]`]),
      ['-vn', '-sn', '-dn', '-f', 'null', '-'],
    ].flat(),
    { signal, onStderrLine: reader.line },
  );
  signal.throwIfAborted();
  const found = renditions.flatMap(({ name }, index) => {
    const loudness = reader.result(`film${index}`);
    return loudness === undefined ? [] : [[name, loudness] as const];
  });
  if (end.outcome !== 'exited' || end.exitCode !== 0 || found.length < renditions.length) {
    throw new IngestError('film', {
      what: 'the loudness of the film could not be measured',
      why: `ffmpeg said: ${cleanText(end.stderrTail.at(-1) ?? 'nothing', { maxLength: 200 })}`,
      fix: 'Leave out --normalize, or play the film to its end: its sound may be damaged.',
    });
  }
  return new Map(found);
}
