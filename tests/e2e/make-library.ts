import { join } from 'node:path';
import { expect } from 'vitest';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import type { Catalog } from '../../src/model/catalog.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeFullFilm } from './make-full-film.ts';

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
  const clip = await makeFullFilm({ dir, name: 'clip', width: 1280, height: 720 });
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

export const TITLE = 'Phim thử <b>một</b>';
const DESCRIPTION = 'Hình thử và một âm đơn. <script>document.title = "broken in"</script>';
