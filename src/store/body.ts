import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { PutRequest } from '../model/store.ts';
import { StoreFailure } from './store-failure.ts';

export type Body = PutRequest['body'];

export function bodyBytes(body: Body): number {
  return Buffer.isBuffer(body) ? body.byteLength : body.bytes;
}

/** The whole body. Throws when the file cannot be read or has another size than it was said to have. */
export async function readBody(body: Body, signal: AbortSignal | undefined): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const bytes = await readFile(body.path, { signal }).catch((error) => {
    throw unreadable(body.path, error, signal);
  });
  if (bytes.byteLength !== body.bytes) throw changed(body.path);
  return bytes;
}

/** The body piece by piece, at most 1 MiB in memory. Throws as `readBody` does, at the end at the latest. */
export async function* bodyChunks(
  body: Body,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(body)) {
    yield body;
    return;
  }
  let read = 0;
  try {
    for await (const chunk of createReadStream(body.path, { signal, highWaterMark: 1_048_576 })) {
      read += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw unreadable(body.path, error, signal);
  }
  if (read !== body.bytes) throw changed(body.path);
}

/** As hex. */
export async function bodyMd5(body: Body, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of bodyChunks(body, signal)) hash.update(chunk);
  return hash.digest('hex');
}

function unreadable(path: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const why = error instanceof Error ? error.message : String(error);
  return new StoreFailure('permanent', 'store', {
    what: `${path} cannot be read for the upload`,
    why,
    cause: error,
  });
}

function changed(path: string): StoreFailure {
  return new StoreFailure('permanent', 'store', {
    what: `${path} changed while it was being uploaded`,
    why: 'its size is not what it was a moment ago',
    fix: 'Let no other program write to the work folder, then run the same command again.',
  });
}
