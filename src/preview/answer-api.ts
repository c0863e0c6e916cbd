import type { ServerResponse } from 'node:http';
import { IngestError } from '../errors.ts';
import type { Catalog } from '../model/catalog.ts';
import { apiDocument } from './api-document.ts';
import { decodeOnce } from './store-key.ts';

export type ApiOptions = Readonly<{
  catalog: Catalog | undefined;
  rewrite: (text: string) => string;
}>;

/**
 * `/api/movies`: an array, newest first. `/api/movies/<slug>`: one document, or 404. A catalogue that
 * cannot be read is 503 with `what`, `why` and `fix`, which the page shows as they are.
 */
export async function answerApi(
  path: string,
  response: ServerResponse,
  options: ApiOptions,
): Promise<void> {
  const found = await find(path, options);
  response.writeHead(found.status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(found.body));
}

type Answer = Readonly<{ status: number; body: unknown }>;

async function find(path: string, { catalog, rewrite }: ApiOptions): Promise<Answer> {
  if (catalog === undefined) return { status: 503, body: { what: 'there is no catalogue' } };
  try {
    if (path === '/api/movies') {
      const movies: unknown[] = [];
      for await (const document of catalog.list()) movies.push(apiDocument(document, rewrite));
      return { status: 200, body: movies };
    }
    const slug = decodeOnce(/^\/api\/movies\/([^/]+)$/.exec(path)?.[1] ?? '');
    const document = slug ? await catalog.findBySlug(slug) : undefined;
    if (document === undefined) return { status: 404, body: { what: 'no such film' } };
    return { status: 200, body: apiDocument(document, rewrite) };
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { status: 503, body: { what: error.message, why: error.why, fix: error.fix } };
  }
}
