import { IngestError } from '../errors.ts';

/** The same content is in the catalogue under another slug. */
export function duplicateFilm(slug: string, otherSlug: string, cause?: unknown): IngestError {
  return new IngestError('catalog', {
    what: `This film is already in the catalogue as ${otherSlug}`,
    why: `${slug} would be a second document with the same fingerprint.`,
    fix: `Ingest it with --slug ${otherSlug} to update that one.`,
    isOfOneFilm: true,
    cause,
  });
}
