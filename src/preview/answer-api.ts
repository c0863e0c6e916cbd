import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { IngestError } from '../errors.ts';
import type { CatalogDocument } from '../model/catalog.ts';
import { apiDocument } from './api-document.ts';
import type { FilmSource } from './showing.ts';
import { decodeOnce } from './store-key.ts';

export type ApiOptions = Readonly<{
  films: FilmSource | undefined;
  rewrite: (text: string) => string;
}>;

/**
 * `/api/movies`: an array, newest first. `/api/movies/<id>`: one document by its `_id` (24 hex digits)
 * or its slug, or 404. Only films that are ready, as the service does it; with `?status=any` those too
 * that are broken or not done, but none that was removed. Each answer has an ETag, and is 304 for who
 * has it. A catalogue that cannot be read is 503 with `what`, `why` and `fix`, which the page shows as
 * they are.
 */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiOptions,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://any');
  const isShown = searchParams.get('status') === 'any' ? isNotRemoved : isReady;
  const found = await find(pathname, { ...options, isShown });
  if (found.status === 200) answerTagged(request, response, found.body);
  else answerJson(response, found.body, found.status);
}

/** JSON that nobody keeps. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { ...JSON_TYPE, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

function answerTagged(request: IncomingMessage, response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const headers = { ...JSON_TYPE, 'cache-control': 'no-cache', etag };
  const known = (request.headers['if-none-match'] ?? '').replaceAll('W/', '').split(/\s*,\s*/);
  if (known.includes(etag)) response.writeHead(304, headers).end();
  else response.writeHead(200, headers).end(text);
}

type Answer = Readonly<{ status: number; body: unknown }>;
type Search = ApiOptions & Readonly<{ isShown: (document: CatalogDocument) => boolean }>;

async function find(path: string, { films, rewrite, isShown }: Search): Promise<Answer> {
  if (films === undefined) return { status: 503, body: { what: 'there is no catalogue' } };
  try {
    if (path === '/api/movies') {
      const movies: unknown[] = [];
      for await (const document of films.list()) {
        if (isShown(document)) movies.push(apiDocument(document, rewrite));
      }
      return { status: 200, body: movies };
    }
    const id = decodeOnce(/^\/api\/movies\/([^/]+)$/.exec(path)?.[1] ?? '');
    const document = id ? await findOne(id, films) : undefined;
    if (document === undefined || !isShown(document)) {
      return { status: 404, body: { what: 'no such film' } };
    }
    return { status: 200, body: apiDocument(document, rewrite) };
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { status: 503, body: { what: error.message, why: error.why, fix: error.fix } };
  }
}

/** A slug may look like an `_id`, so both are tried. */
async function findOne(id: string, films: FilmSource): Promise<CatalogDocument | undefined> {
  const named = await films.findBySlug(id);
  if (named !== undefined || !/^[0-9a-f]{24}$/i.test(id)) return named;
  for await (const document of films.list()) {
    if (String(document['_id']).toLowerCase() === id.toLowerCase()) return document;
  }
  return undefined;
}

/** Documents that other tools wrote may have no status. */
function isReady({ status }: CatalogDocument): boolean {
  return status === undefined || status === 'ready';
}

function isNotRemoved({ status }: CatalogDocument): boolean {
  return status !== 'deleted';
}
