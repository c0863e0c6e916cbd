import type { Container } from '../model/preset.ts';
import { INIT_MAP, versionTag } from './container-tags.ts';

export type MediaSegment = Readonly<{ file: string; durationSeconds: number }>;

/**
 * Text of a whole (VOD) media playlist. `targetSeconds` is the same in all playlists of a film
 * (Apple 8.2). No EXT-X-DISCONTINUITY, also not where an encode was resumed: time stamps, codecs and
 * tracks go on, and the tag does harm (performance.md §5.2).
 */
export function printMediaPlaylist(
  segments: readonly MediaSegment[],
  { targetSeconds, container }: Readonly<{ targetSeconds: number; container: Container }>,
): string {
  return `${[
    '#EXTM3U',
    versionTag(container),
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(container === 'fmp4' ? [INIT_MAP] : []),
    ...segments.flatMap(({ file, durationSeconds }) => [
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      file,
    ]),
    '#EXT-X-ENDLIST',
  ].join('\n')}\n`;
}
