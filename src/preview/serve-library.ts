import { type PreviewOptions, type PreviewServer, servePreview } from './serve-preview.ts';
import { type LibraryPlace, showLibrary } from './showing.ts';

export type LibraryServer = PreviewServer;

/** `servePreview` of a library. */
export function serveLibrary({
  mediaDir,
  publicBaseUrl,
  catalog,
  sign,
  ...options
}: LibraryPlace & Omit<PreviewOptions, 'showing'>): Promise<LibraryServer> {
  return servePreview({
    ...options,
    showing: showLibrary({ mediaDir, publicBaseUrl, catalog, sign }),
  });
}
