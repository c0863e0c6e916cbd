import { cleanText } from '../../lib/clean-text.ts';
import type { ProbedStream } from './ffprobe-output.ts';

/** A tag of a track. Ogg and some muxers write its name in capitals. */
export function trackTag(
  { tags }: Pick<ProbedStream, 'tags'>,
  name: 'title' | 'language',
): string | undefined {
  return tags[name] ?? tags[name.toUpperCase()];
}

/** The track's title in plain characters, at most 200; nothing where it has none. */
export function trackTitle(stream: Pick<ProbedStream, 'tags'>): { title?: string } {
  const title = cleanText(trackTag(stream, 'title') ?? '', { maxLength: 200 });
  return title === '' ? {} : { title };
}
