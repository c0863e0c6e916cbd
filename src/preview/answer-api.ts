import { createHash } from 'node:crypto';
import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
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
 * has it. Refusals are problem details (RFC 9457), as Spring's are: a catalogue that cannot be read is 503
 * with `why` and `fix` beside `detail`, which the page shows as they are.
 */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiOptions,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://any');
  const isShown = searchParams.get('status') === 'any' ? isNotRemoved : isReady;
  const found = await find(pathname, { ...options, isShown });
  if ('movies' in found) answerTagged(request, response, found.movies);
  else answerProblem(response, { ...found, instance: pathname });
}

/** JSON that nobody keeps. */
export function answerJson(response: ServerResponse, body: unknown): void {
  send(response, { status: 200, headers: { ...JSON_TYPE, ...UNKEPT }, text: JSON.stringify(body) });
}

function answerProblem(response: ServerResponse, { status, ...problem }: Problem): void {
  const title = STATUS_CODES[status];
  const text = JSON.stringify({ type: 'about:blank', title, status, ...problem });
  const headers = { 'content-type': 'application/problem+json', ...UNKEPT };
  send(response, { status, headers, text });
}

type Sending = Readonly<{ status: number; headers: OutgoingHttpHeaders; text: string }>;

/** With its length, for HEAD too. */
function send(response: ServerResponse, { status, headers, text }: Sending): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const UNKEPT = { 'cache-control': 'no-store' };

function answerTagged(request: IncomingMessage, response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const headers = { ...JSON_TYPE, 'cache-control': 'no-cache', etag };
  const known = (request.headers['if-none-match'] ?? '').replaceAll('W/', '').split(/\s*,\s*/);
  if (known.includes(etag)) response.writeHead(304, headers).end();
  else send(response, { status: 200, headers, text });
}

type Refusal = Readonly<{
  status: 404 | 503;
  detail: string;
  why?: string | undefined;
  fix?: string | undefined;
}>;
type Problem = Refusal & Readonly<{ instance: string }>;
type Answer = Readonly<{ movies: unknown }> | Refusal;
type Search = ApiOptions & Readonly<{ isShown: (document: CatalogDocument) => boolean }>;

async function find(path: string, { films, rewrite, isShown }: Search): Promise<Answer> {
  if (films === undefined) return { status: 503, detail: 'there is no catalogue' };
  try {
    if (path === '/api/movies') {
      const movies: unknown[] = [];
      for await (const document of films.list()) {
        if (isShown(document)) movies.push(apiDocument(document, rewrite));
      }
      return { movies };
    }
    const id = decodeOnce(/^\/api\/movies\/([^/]+)$/.exec(path)?.[1] ?? '');
    const document = id ? await findOne(id, films) : undefined;
    if (document === undefined || !isShown(document)) {
      return { status: 404, detail: 'no such film' };
    }
    return { movies: apiDocument(document, rewrite) };
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { status: 503, detail: error.message, why: error.why, fix: error.fix };
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
