import { parse, setOptions, type types } from 'hls-parser';
import { IngestError } from '../errors.ts';

/**
 * Every URI that a playlist names, as written, each once: of a master its renditions, media and I-frame
 * playlists, of a media playlist its segments and maps. Strict: throws IngestError (`store`) for a
 * text that breaks a rule of RFC 8216 or is cut off.
 */
export function listReferences(playlistText: string): readonly string[] {
  const playlist = parsePlaylist(playlistText);
  const uris = playlist.isMasterPlaylist
    ? playlist.variants.flatMap(({ audio, video, subtitles, uri }) => [
        ...[...audio, ...video, ...subtitles].map((rendition) => rendition.uri),
        uri,
      ])
    : playlist.segments.flatMap(({ map, uri }) => [map?.uri, uri]);
  return [...new Set(uris)].filter((uri) => uri !== undefined);
}

/** The folders of a master's video renditions, I-frame playlists aside: `360p`, `1080p`; in its order. */
export function listRungs(masterText: string): readonly string[] {
  const playlist = parsePlaylist(masterText);
  if (!playlist.isMasterPlaylist) return [];
  const pictures = playlist.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  return [...new Set(pictures.map(({ uri }) => uri.split('/').at(-2) ?? ''))];
}

/**
 * The revision whose folder everything in a master lies in. Undefined when the text is no master of
 * ours: not valid, not all in one folder, or in one that is no revision. Never throws for a text.
 */
export function readRevision(masterText: string): string | undefined {
  try {
    if (!parsePlaylist(masterText).isMasterPlaylist) return undefined;
    const folders = new Set(listReferences(masterText).map((uri) => uri.split('/')[0] ?? ''));
    const [revision = ''] = folders;
    return folders.size === 1 && /^r-[a-z0-9-]+$/.test(revision) ? revision : undefined;
  } catch (error) {
    if (error instanceof IngestError) return undefined;
    throw error;
  }
}

/**
 * A playlist as hls-parser reads it, strictly. Throws IngestError (`store`) for what breaks a rule, or
 * was cut off: such a text parses too, but a media playlist of a whole film ends with EXT-X-ENDLIST.
 */
export function parsePlaylist(text: string): types.MasterPlaylist | types.MediaPlaylist {
  // Otherwise the parser prints what is wrong to the console and goes on.
  setOptions({ strictMode: true });
  try {
    const playlist = parse(text);
    if (!playlist.isMasterPlaylist && !playlist.endlist)
      throw new Error('EXT-X-ENDLIST is missing');
    return playlist;
  } catch (cause) {
    throw new IngestError('store', {
      what: 'a playlist cannot be read',
      why: cause instanceof Error ? cause.message : String(cause),
      fix: 'Publish the film again: movie-ingest add --force FILM',
      cause,
    });
  }
}
