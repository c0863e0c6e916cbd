import { open, readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { glob } from 'tinyglobby';
import { cleanText } from '../lib/clean-text.ts';
import type { CatalogDocument } from '../model/catalog.ts';
import { isPlainKey } from './served-folder.ts';
import { FOLDER_URL } from './showing.ts';

/**
 * The films of a folder that holds HLS, as documents with addresses below `FOLDER_URL`, in numeric order:
 * its master playlists at whatever depth or, where there is none, its media playlists. Poster,
 * storyboard and chapters are found by the names that packagers give them. Empty when nothing is HLS.
 */
export async function findHls(dir: string): Promise<readonly CatalogDocument[]> {
  const found = await glob('**/*.{m3u8,m3u}', {
    cwd: dir,
    caseSensitiveMatch: false,
    followSymbolicLinks: false,
    expandDirectories: false,
    onlyFiles: true,
  });
  const keys = found.filter(isPlainKey).sort(new Intl.Collator('en', { numeric: true }).compare);
  const playlists: Playlist[] = [];
  for (const key of keys) playlists.push({ key, text: await readStart(join(dir, key)) });
  const masters = playlists.filter(({ text }) => /^#EXT-X-STREAM-INF:/m.test(text));
  const films = masters.length > 0 ? masters : playlists.filter(isMedia);
  return await Promise.all(films.map((playlist) => describe(playlist, dir)));
}

type Playlist = Readonly<{ key: string; text: string }>;

function isMedia({ text }: Playlist): boolean {
  return /^#EXTINF:/m.test(text) && !text.includes('#EXT-X-I-FRAMES-ONLY');
}

/** A playlist of a day of film is a megabyte; what it is stands at its start. Empty when it is none. */
async function readStart(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined); // what cannot be read is no film to show
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    return text.startsWith('#EXTM3U') ? text : '';
  } finally {
    await file.close();
  }
}

async function describe({ key, text }: Playlist, dir: string): Promise<CatalogDocument> {
  const folders = foldersOf(key, text);
  const find = (names: readonly string[]) => findBeside({ dir, folders, names });
  const [poster, storyboard, chapters] = await Promise.all([
    find(['poster.jpg', 'poster.png', 'cover.jpg', 'thumbnail.jpg', 'poster.webp']),
    find(['storyboard/storyboard.vtt', 'storyboard.vtt', 'thumbnails.vtt', 'sprites.vtt']),
    find(['chapters.vtt']),
  ]);
  return {
    slug: key,
    title: cleanText(titleOf(key, dir), { maxLength: 200 }),
    hls_url: address(key),
    ...(poster === undefined ? {} : { thumbnail_url: address(poster) }),
    ...(storyboard === undefined ? {} : { storyboard: { vtt_url: address(storyboard) } }),
    ...(chapters === undefined ? {} : { chapters_url: address(chapters) }),
  };
}

/** The playlist's own folder, and those on the way to its first rendition: ours is `<revision>/720p/`. */
function foldersOf(key: string, text: string): readonly string[] {
  const own = posix.dirname(key);
  const first = /^[^#\s].*$/m.exec(text)?.[0]?.trim() ?? '';
  const parts = first.includes(':') || first.startsWith('/') ? [] : first.split('/').slice(0, -1);
  return [own, ...parts.map((_, index) => posix.join(own, ...parts.slice(0, index + 1)))];
}

type Search = Readonly<{ dir: string; folders: readonly string[]; names: readonly string[] }>;

async function findBeside({ dir, folders, names }: Search): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of names) {
      const key = posix.normalize(posix.join(folder, name));
      if (isPlainKey(key) && (await isThere(join(dir, key)))) return key;
    }
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  const names = await readdir(join(path, '..')).catch((): string[] => []);
  return names.includes(basename(path));
}

/** The folder's name where the playlist's says nothing. */
function titleOf(key: string, dir: string): string {
  const name = posix.basename(key).replace(/\.m3u8?$/i, '');
  if (!/^(master|index|playlist|main|manifest|stream|prog_index|hls|output|video)$/i.test(name)) {
    return name;
  }
  const folder = posix.dirname(key);
  return folder === '.' ? basename(dir) : posix.basename(folder);
}

function address(key: string): string {
  return FOLDER_URL + key.split('/').map(encodeURIComponent).join('/');
}
