import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type ByteRange, byteRange } from './byte-range.ts';
import type { OpenObject } from './open-object.ts';

/**
 * Answers a GET or HEAD with an object, or with 304 or 416 (RFC 9110 §13, §14), and closes the
 * object's handle in every case. Streams at the pace of the client; stops when the client goes away.
 * `headers` are sent with each of these answers.
 */
export async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: OpenObject,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  try {
    const validators = { etag: object.etag, 'last-modified': object.modifiedAt.toUTCString() };
    const common = { ...headers, ...validators, 'accept-ranges': 'bytes' };
    if (isUnchanged(request, object)) {
      response.writeHead(304, common).end();
      return;
    }
    const range = requestedRange(request, object);
    if (range === 'unsatisfiable') {
      const contentRange = `bytes */${object.bytes}`;
      response.writeHead(416, { ...common, 'content-range': contentRange }).end();
      return;
    }
    const slice = range === 'whole' ? { first: 0, last: object.bytes - 1 } : range;
    const { first, last } = slice;
    response.writeHead(range === 'whole' ? 200 : 206, {
      ...common,
      'content-length': last - first + 1,
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${object.bytes}` }),
    });
    if (request.method === 'HEAD' || last < first) response.end();
    else await stream(object, slice, response);
  } finally {
    await object.handle.close();
  }
}

async function stream(
  object: OpenObject,
  { first, last }: ByteRange,
  response: ServerResponse,
): Promise<void> {
  const body = object.handle.createReadStream({ start: first, end: last, autoClose: false });
  try {
    await pipeline(body, response, { end: false });
  } catch (error) {
    if (response.destroyed) return; // the client went away, as players do at each seek
    throw error;
  }
  // A file that became shorter leaves the client waiting for the rest: break the line instead.
  if (body.bytesRead === last - first + 1) response.end();
  else response.destroy();
}

/** If-None-Match wins over If-Modified-Since (RFC 9110 §13.2.2). */
function isUnchanged(request: IncomingMessage, object: OpenObject): boolean {
  const tags = request.headers['if-none-match'];
  if (tags !== undefined) {
    const known = tags.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return known.includes('*') || known.includes(object.etag);
  }
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return Math.floor(object.modifiedAt.getTime() / 1_000) * 1_000 <= since;
}

/** Range means GET only (RFC 9110 §14.2). An If-Range that is not our ETag asks for all of it. */
function requestedRange(
  request: IncomingMessage,
  object: OpenObject,
): ByteRange | 'whole' | 'unsatisfiable' {
  const condition = request.headers['if-range'];
  if (request.method !== 'GET') return 'whole';
  if (condition !== undefined && condition !== object.etag) return 'whole';
  return byteRange(request.headers.range, object.bytes);
}
