import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IngestError } from '../errors.ts';
import type { Catalog } from '../model/catalog.ts';
import { answerApi } from './answer-api.ts';
import { contentType } from './content-type.ts';
import { loadPage, type Page } from './load-page.ts';
import { openObject } from './open-object.ts';
import { isOwnHost } from './own-host.ts';
import { sendObject } from './send-object.ts';
import { storeKey } from './store-key.ts';

export type LibraryOptions = Readonly<{
  /** Root of the folder store, or undefined when the films lie in a bucket. */
  mediaDir: string | undefined;
  /** Without a slash at the end, as in `Store`. */
  publicBaseUrl: string;
  catalog: Catalog | undefined;
  /** 0 takes a free one. */
  port: number;
  /** Where the built page is. */
  pageDir: string;
  signal: AbortSignal;
}>;

export type LibraryServer = Readonly<{
  /** `http://127.0.0.1:4680`, without a slash at the end. */
  url: string;
  port: number;
  /** Ends open requests too. Repeating it is harmless; the catalogue stays open. */
  close(): Promise<void>;
}>;

/**
 * Serves the page, the catalogue (`/api/movies`) and, for a folder store, its objects at the paths of
 * `publicUrl`, on 127.0.0.1 only, until `close` or `signal`. URLs of documents that begin with
 * `publicBaseUrl` are answered with this server's own address when the media are served here.
 * IngestError `usage` when the port cannot be had or the page is not built.
 */
export async function serveLibrary(options: LibraryOptions): Promise<LibraryServer> {
  const page = await loadPage(options.pageDir);
  const server = createServer();
  const port = await listen(server, options.port);
  server.on('request', (request, response) => {
    answer(request, response, { ...options, page, port }).catch((error: unknown) => {
      fail(response, error);
    });
  });
  const close = () => stop(server);
  options.signal.addEventListener('abort', () => void close(), { once: true });
  if (options.signal.aborted) await close();
  return { url: `http://127.0.0.1:${port}`, port, close };
}

type Context = LibraryOptions & Readonly<{ page: Page }>;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  const { host } = request.headers;
  const [path = ''] = (request.url ?? '').split('?');
  response.setHeaders(new Map(Object.entries(securityHeaders(context))));
  if (!isOwnHost(host, context.port)) {
    refuse(response, 403, 'This server answers to 127.0.0.1 and localhost only.');
  } else if (/^\/(videos|posters)\//.test(path)) {
    await answerMedia(request, response, { path, mediaDir: context.mediaDir });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    refuse(response, 405, 'GET and HEAD only.');
  } else if (path.startsWith('/api/')) {
    const { catalog } = context;
    await answerApi(path, response, { catalog, rewrite: rewriteTo(`http://${host}`, context) });
  } else {
    answerPage(path, response, context.page);
  }
}

async function answerMedia(
  request: IncomingMessage,
  response: ServerResponse,
  { path, mediaDir }: Readonly<{ path: string; mediaDir: string | undefined }>,
): Promise<void> {
  // Players on other origins (an app under development) must see our answers, the refusals too.
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader(
    'access-control-expose-headers',
    'accept-ranges, content-length, content-range, etag',
  );
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, HEAD, OPTIONS');
    response.setHeader(
      'access-control-allow-headers',
      'range, if-range, if-none-match, if-modified-since',
    );
    response.setHeader('access-control-max-age', '600');
    response.writeHead(204).end();
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD, OPTIONS');
    refuse(response, 405, 'GET, HEAD and OPTIONS only.');
    return;
  }
  const key = storeKey(path);
  const isServed = mediaDir !== undefined && key !== undefined;
  const object = isServed ? await openObject(mediaDir, key) : undefined;
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

/** The page may load from this server and, when the films lie in a bucket, from its public URL. */
function securityHeaders({ mediaDir, publicBaseUrl }: Context): Readonly<Record<string, string>> {
  const origins = mediaDir === undefined ? `'self' ${new URL(publicBaseUrl).origin}` : `'self'`;
  return {
    'content-security-policy': [
      `default-src 'none'; script-src 'self'; style-src 'self'`,
      `connect-src ${origins}; img-src ${origins}; media-src ${origins} blob:`, // blob: is Media Source
      `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      `require-trusted-types-for 'script'; trusted-types 'none'`, // no text ever becomes markup
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

function rewriteTo(origin: string, context: Context): (text: string) => string {
  const { mediaDir, publicBaseUrl } = context;
  if (mediaDir === undefined) return (text) => text;
  return (text) =>
    text.startsWith(`${publicBaseUrl}/`) ? origin + text.slice(publicBaseUrl.length) : text;
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
