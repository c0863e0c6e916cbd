import { parse, setOptions, type types } from 'hls-parser';
import { type Manifest, Parser } from 'm3u8-parser';

/** A playlist as two independent parsers read it; any complaint of either throws. */
export function parseStrictly(text: string): Readonly<{
  hls: types.MasterPlaylist | types.MediaPlaylist;
  m3u8: Manifest;
}> {
  setOptions({ strictMode: true });
  const parser = new Parser();
  parser.on('warn', ({ message }) => {
    throw new Error(message);
  });
  parser.push(text);
  parser.end();
  return { hls: parse(text), m3u8: parser.manifest };
}

export function parseMaster(text: string): types.MasterPlaylist {
  const { hls } = parseStrictly(text);
  if (!hls.isMasterPlaylist) throw new Error('not a master playlist');
  return hls;
}

export function parseMedia(text: string): types.MediaPlaylist {
  const { hls } = parseStrictly(text);
  if (hls.isMasterPlaylist) throw new Error('not a media playlist');
  return hls;
}
