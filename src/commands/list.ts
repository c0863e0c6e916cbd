import type { ExitName } from '../errors.ts';
import type { CatalogDocument } from '../model/catalog.ts';
import { printMovies } from '../ui/print-movies.ts';
import { jsonLine } from './json-line.ts';
import type { CommonFlags, Session } from './session.ts';
import { withCatalog } from './with-catalog.ts';

/** `movie-ingest list`: what the catalogue holds, newest first; with `--json` a document per line. */
export async function runList(flags: CommonFlags, session: Session): Promise<ExitName> {
  return withCatalog(flags, session, async (catalog) => {
    const documents: CatalogDocument[] = [];
    for await (const document of catalog.list()) {
      if (session.isJson) session.print(jsonLine(document));
      else documents.push(document);
    }
    if (session.isJson) return 'ok';
    const paint = session.paintFor(session.stdout);
    session.print(printMovies(documents, { columns: session.columns, paint }));
    return 'ok';
  });
}
