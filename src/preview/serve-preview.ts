import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IngestError } from '../errors.ts';
import { answerApi, answerJson } from './answer-api.ts';
import { contentType } from './content-type.ts';
import { loadPage, type Page } from './load-page.ts';
import { openObject } from './open-object.ts';
import { isOwnHost, isOwnOrigin } from './own-host.ts';
import { securityHeaders } from './security-headers.ts';
import { sendObject } from './send-object.ts';
import type { ServedFolder } from './served-folder.ts';
import type { Showing } from './showing.ts';

export type PreviewOptions = Readonly<{
  showing: Showing;
  /** 0 takes a free one. */
  port: number;
  /** Where the built page is. */
  pageDir: string;
  signal: AbortSignal;
}>;

export type PreviewServer = Readonly<{
  /** `http://127.0.0.1:4680`, without a slash at the end. */
  url: string;
  port: number;
  /** Ends open requests too. Repeating it is harmless; the catalogue stays open. */
  close(): Promise<void>;
}>;

/**
 * Serves the page, the documents (`/api/movies`) and the media of what is shown, on 127.0.0.1 only,
 * until `close` or `signal`. Addresses of documents whose media are served here are answered with this
 * server's own. IngestError `usage` when the port cannot be had or the page is not built.
 */
export async function servePreview(options: PreviewOptions): Promise<PreviewServer> {
  const page = await loadPage(options.pageDir);
  const server = createServer();
  const port = await listen(server, options.port);
  server.on('request', (request, response) => {
    answer(request, response, { showing: options.showing, page, port }).catch((error: unknown) => {
      fail(response, error);
    });
  });
  const close = () => stop(server);
  options.signal.addEventListener('abort', () => void close(), { once: true });
  if (options.signal.aborted) await close();
  return { url: `http://127.0.0.1:${port}`, port, close };
}

type Context = Readonly<{ showing: Showing; page: Page; port: number }>;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { showing, page, port }: Context,
): Promise<void> {
  const { host } = request.headers;
  const [path = ''] = (request.url ?? '').split('?');
  response.setHeaders(new Map(Object.entries(securityHeaders(path, showing))));
  if (!isOwnHost(host, port)) {
    refuse(response, 403, 'This server answers to 127.0.0.1 and localhost only.');
    return;
  }
  const kind = kindOf(path);
  if (kind !== 'page') allowOrigin(request, response, kind === 'media' && showing.media?.isForAll);
  if (refuseMethod(request, response, kind)) return;
  if (kind === 'media') {
    await answerMedia(request, response, { path, media: showing.media });
  } else if (kind === 'api') {
    const rewrite = (text: string) => showing.rewrite(text, `http://${host}`);
    await answerApi(request, response, { films: showing.films, rewrite });
  } else if (path === '/preview.json') {
    answerJson(response, { kind: showing.kind, mediaOrigin: showing.mediaOrigin });
  } else {
    answerPage(path, response, page);
  }
}

function kindOf(path: string): 'media' | 'api' | 'page' {
  if (/^\/(videos|posters|files)\//.test(path)) return 'media';
  return path.startsWith('/api/') ? 'api' : 'page';
}

/** Answers what is no GET or HEAD, and is then true. */
function refuseMethod(
  { method = '' }: IncomingMessage,
  response: ServerResponse,
  kind: 'media' | 'api' | 'page',
): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  if (method === 'OPTIONS' && kind !== 'page') {
    response.writeHead(204, PREFLIGHT).end();
    return true;
  }
  response.setHeader('allow', kind === 'page' ? 'GET, HEAD' : 'GET, HEAD, OPTIONS');
  refuse(response, 405, `${method} is not for this address.`);
  return true;
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers':
    'range, if-range, if-none-match, if-modified-since, authorization, content-type',
  'access-control-max-age': '600',
};

/**
 * Players and apps under development are on other origins, and must see our answers, the refusals too.
 * Documents are for pages of this machine; media of a store, which hold nothing secret, for all.
 */
function allowOrigin(request: IncomingMessage, response: ServerResponse, isForAll = false): void {
  const { origin } = request.headers;
  if (!isForAll) response.setHeader('vary', 'origin');
  if (isForAll || isOwnOrigin(origin)) {
    response.setHeader('access-control-allow-origin', isForAll ? '*' : (origin ?? ''));
    const exposed = 'accept-ranges, content-length, content-range, etag';
    response.setHeader('access-control-expose-headers', exposed);
  }
}

async function answerMedia(
  request: IncomingMessage,
  response: ServerResponse,
  { path, media }: Readonly<{ path: string; media: ServedFolder | undefined }>,
): Promise<void> {
  const isServed = media?.prefixes.some((prefix) => path.startsWith(prefix)) === true;
  const key = isServed ? media.keyOf(path) : undefined;
  const object = isServed && key !== undefined ? await openObject(media, key) : undefined;
  if (key === undefined || object === undefined) {
    refuse(response, 404, 'There is no such object.');
    return;
  }
  await sendObject(request, response, object, {
    'content-type': contentType(key),
    // Another library may stand behind this port tomorrow, so nothing is kept unasked.
    'cache-control': key.endsWith('/master.m3u8') ? 'no-store' : 'no-cache',
  });
}

function answerPage(path: string, response: ServerResponse, page: Page): void {
  const file = page.get(/^\/watch\/[^/]+$/.test(path) ? '/' : path);
  if (file === undefined) {
    refuse(response, 404, 'There is no such page.');
    return;
  }
  response.writeHead(200, {
    'content-type': contentType(file.name),
    'content-length': file.body.length,
    'cache-control': 'no-store',
  });
  response.end(file.body);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${text}\n`);
}

/** Media answers can be read by any web page, so a fault shows its code and not its text. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const code = error instanceof Error && 'code' in error ? error.code : 'a fault in movie-ingest';
  refuse(response, 500, `This could not be answered: ${code}.`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cannotListen(port, cause));
    });
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program, perhaps another preview, is using it',
    EACCES: 'this user may not open it',
  };
  const why = reasons[cause.code ?? ''];
  if (why === undefined) return cause;
  const fix = `Choose another one: movie-ingest preview --port ${port === 4_680 ? 4_681 : 4_680}`;
  return new IngestError('usage', { what: `port ${port} cannot be opened`, why, fix, cause });
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
