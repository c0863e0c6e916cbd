import { createHash } from 'node:crypto';
import type { NoAnswer, PublicAnswer } from '../deliver/public-visit.ts';

const PATIENCE_MS = 30_000;

export type PublicRequest = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}>;

/** A GET as a player's, but redirects are not followed: they are told. Never throws but for `signal`. */
export async function fetchPublic({
  url,
  headers,
  signal,
}: PublicRequest): Promise<PublicAnswer | NoAnswer> {
  try {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      bytes: body.byteLength,
      md5: createHash('md5').update(body).digest('hex'),
    };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const { message, code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
    return { why: message || code || String(cause), code: String(code ?? '') };
  }
}
