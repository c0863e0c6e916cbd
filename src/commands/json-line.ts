import type { CatalogDocument } from '../model/catalog.ts';
import { apiDocument } from '../preview/api-document.ts';

/** A document as the API answers it, on one line: scripts and apps see one shape. */
export function jsonLine(document: CatalogDocument): string {
  return `${JSON.stringify(apiDocument(document, (text) => text))}\n`;
}
