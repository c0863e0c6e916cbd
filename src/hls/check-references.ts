import type { Package } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import { INIT_FILE } from '../model/segment.ts';
import { listReferences } from './read-playlist.ts';

export type ReferencePlan = Pick<Plan, 'revision' | 'container'>;

/**
 * Every URI in the master and in the playlists leads to something that is in the package; each text
 * names what is missing and where it is asked for. The playlists are read back as a player reads them.
 */
export function checkReferences(film: Package, plan: ReferencePlan): readonly string[] {
  const inits = plan.container === 'fmp4' ? film.renditions.map(({ name }) => name) : [];
  const present = new Set([
    ...film.playlists.map(({ path }) => path),
    ...film.files.map(({ path }) => path),
    ...film.renditions.flatMap(({ name, segments }) =>
      segments.map(({ file }) => `${name}/${file}`),
    ),
    // Checked with the segments that need them.
    ...inits.map((name) => `${name}/${INIT_FILE}`),
  ]);
  const missing = (from: string, text: string, folder: string) =>
    listReferences(text)
      .map((uri) => `${folder}${uri}`)
      .filter((path) => !present.has(path))
      .map((path) => `${from} leads to ${path}, which is not there`);
  const prefix = `${plan.revision}/`;
  return [
    ...listReferences(film.master)
      .filter((uri) => !uri.startsWith(prefix) || !present.has(uri.slice(prefix.length)))
      .map((uri) => `the master leads to ${uri}, which is not there`),
    ...film.playlists.flatMap(({ path, text }) =>
      missing(path, text, path.slice(0, path.lastIndexOf('/') + 1)),
    ),
  ];
}
