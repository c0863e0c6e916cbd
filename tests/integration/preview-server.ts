import { mkdir, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { documentCatalog } from '../e2e/document-catalog.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

export type PreviewSetup = Readonly<{
  server: LibraryServer;
  /** Holds `media` and what lies beside it. */
  dir: string;
  mediaDir: string;
  abort: () => void;
}>;

type Options = Partial<Parameters<typeof serveLibrary>[0]>;

/** A running preview of a new, empty folder store, with a page of one line, gone after the test. */
export async function startPreview(options: Options = {}): Promise<PreviewSetup> {
  const dir = makeTempDir('preview');
  const mediaDir = join(dir, 'media');
  const pageDir = join(dir, 'page');
  await mkdir(join(mediaDir, 'videos', 'film'), { recursive: true });
  await mkdir(join(mediaDir, 'posters'), { recursive: true });
  await mkdir(pageDir);
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(pageDir, 'page.js'), 'export {};');
  const aborting = new AbortController();
  const server = await serveLibrary({
    mediaDir,
    publicBaseUrl: 'http://127.0.0.1:4680',
    catalog: documentCatalog([]),
    port: 0,
    pageDir,
    signal: aborting.signal,
    ...options,
  });
  onTestFinished(() => server.close());
  return {
    server,
    dir,
    mediaDir,
    abort: () => {
      aborting.abort();
    },
  };
}

export type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>;

export type AskOptions = Readonly<{
  method?: string;
  headers?: Readonly<Record<string, string>>;
}>;

/** One request on a line of its own, with the path exactly as given: `fetch` would tidy it up. */
export function ask(
  server: LibraryServer,
  path: string,
  { method = 'GET', headers = {} }: AskOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = server;
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      async (response) => {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of response) chunks.push(Buffer.from(chunk));
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
        } catch (error) {
          reject(error);
        }
      },
    );
    asked.on('error', reject).end();
  });
}
