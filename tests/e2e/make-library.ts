import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import type { Catalog } from '../../src/model/catalog.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { CAPTION_SRT } from './caption-at.ts';

export type Library = Readonly<{
  mediaDir: string;
  publicBaseUrl: string;
  catalog: Catalog;
  slug: string;
  /** Where the renditions of the film are: `mediaDir/videos/<slug>/<revision>`. */
  filmDir: string;
}>;

/**
 * A library in `dir` with one film, as `movie-ingest add` made it: 12 s in two rungs (360p, 720p) of
 * two segments, two audio languages, one of them in surround too, subtitles in both, three chapters of
 * 4 s and a storyboard. Its title and description are those of an attacker. The
 * public URL in its document is that of no server here, so that it plays only if the preview puts its
 * own in its place.
 */
export async function makeLibrary(dir: string): Promise<Library> {
  const slug = 'phim-thu';
  const publicBaseUrl = 'http://127.0.0.1:9';
  const bare = await makeClip({
    dir,
    name: 'bare.mp4',
    seconds: 12,
    width: 1280,
    height: 720,
    audio: [{ language: 'eng', channels: 6, isDefault: true }, { language: 'vie' }],
  });
  const clip = join(dir, 'clip.mkv');
  await writeFile(join(dir, 'chapters.txt'), CHAPTERS);
  const inputs = ['-i', bare, '-i', join(dir, 'chapters.txt')];
  await runFfmpeg([...inputs, '-map', '0', '-map_chapters', '1', '-c', 'copy', clip]);
  await writeFile(join(dir, 'clip.vi.srt'), CAPTION_SRT);
  await writeFile(join(dir, 'clip.en.srt'), CAPTION_SRT.replace('Xin chào Việt Nam', 'Hello'));
  const text = ['--title', TITLE, '--description', DESCRIPTION, '--slug', slug];
  const added = await runCli(
    ['add', clip, '--library', dir, '--preset', 'fast', '--surround', ...text],
    {
      env: { MOVIE_INGEST_PUBLIC_URL: publicBaseUrl },
    },
  );
  expect(added, added.stderr).toMatchObject({ exitCode: 0 });
  const mediaDir = join(dir, 'media');
  const catalog = await openCatalog(
    { kind: 'folder', dir: join(dir, 'catalog') },
    { version: '0' },
  );
  const revision = String((await catalog.findBySlug(slug))?.['revision']);
  return {
    mediaDir,
    publicBaseUrl,
    catalog,
    slug,
    filmDir: join(mediaDir, 'videos', slug, revision),
  };
}

export const CHAPTER_TITLES = ['Mở đầu', 'Giữa <i>phim</i>', 'Kết'];
const CHAPTERS = [
  ';FFMETADATA1',
  ...CHAPTER_TITLES.map(
    (title, index) =>
      `[CHAPTER]\nTIMEBASE=1/1\nSTART=${4 * index}\nEND=${4 * index + 4}\ntitle=${title}`,
  ),
].join('\n');

export const TITLE = 'Phim thử <b>một</b>';
const DESCRIPTION = 'Hình thử và một âm đơn. <script>document.title = "broken in"</script>';
