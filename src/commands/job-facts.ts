import type { JobView } from '../queue/job-view.ts';

/** What `queue show` says of a job beside its row, by their headings, in the order of the screen. */
export function jobFacts({
  film,
  priority,
  version,
  notBeforeMs,
}: JobView): Record<string, string> {
  const notBefore =
    notBeforeMs === undefined ? {} : { 'not before': new Date(notBeforeMs).toISOString() };
  if (film === undefined) return { version: String(version ?? 'none'), ...notBefore };
  return {
    source: film.source.uri,
    preset: film.preset.name,
    to: `${film.storage.store}, ${film.storage.catalog}`,
    from: film.from.host,
    priority: String(priority),
    ...notBefore,
  };
}
