import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { printDocument } from '../ui/print-document.ts';
import { jsonLine } from './json-line.ts';
import type { CommonFlags, Session } from './session.ts';
import { withCatalog } from './with-catalog.ts';

/** `movie-ingest show <slug>`: one document, whole. */
export async function runShow(
  slug: string,
  flags: CommonFlags,
  session: Session,
): Promise<ExitName> {
  return withCatalog(flags, session, async (catalog) => {
    const document = await catalog.findBySlug(slug);
    if (document === undefined) {
      throw new IngestError('usage', {
        what: `there is no film called ${cleanText(slug, { maxLength: 100 })} in ${catalog.name}`,
        fix: 'See what there is: movie-ingest list',
      });
    }
    session.print(
      session.isJson
        ? jsonLine(document)
        : printDocument(document, { paint: session.paintFor(session.stdout) }),
    );
    return 'ok';
  });
}
