import type { Catalog, CatalogDocument } from '../../src/model/catalog.ts';

/** A catalogue of these documents, for suites that only read it. */
export function documentCatalog(documents: readonly CatalogDocument[]): Catalog {
  const readOnly = async (): Promise<never> => {
    throw new Error('this catalogue is for reading');
  };
  return {
    name: 'documents of a test',
    check: async () => {},
    upsert: readOnly,
    change: readOnly,
    remove: readOnly,
    findBySlug: async (slug) => documents.find((document) => document.slug === slug),
    findByFingerprint: readOnly,
    async *list() {
      yield* documents;
    },
    close: async () => {},
  };
}
