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
    try {
      for await (const document of catalog.list()) {
        if (session.isJson) session.print(jsonLine(document));
        else documents.push(document);
      }
    } finally {
      // A file that cannot be read is told last: it must not hide the films that can.
      const paint = session.paintFor(session.stdout);
      if (!session.isJson)
        session.print(printMovies(documents, { columns: session.columns, paint }));
    }
    return 'ok';
  });
}
