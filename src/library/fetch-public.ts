import { createHash } from 'node:crypto';

/** What the public address of an object answers. Headers by their lower-case names. */
export type PublicAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  md5: string;
}>;

const PATIENCE_MS = 30_000;

/** A GET as a player's; follows redirects. Undefined, with why, when nothing answers in time. */
export async function fetchPublic(
  url: string,
  signal: AbortSignal,
): Promise<PublicAnswer | Readonly<{ why: string }>> {
  try {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, { signal: AbortSignal.any([signal, deadline]) });
    const body = Buffer.from(await answer.arrayBuffer());
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      md5: createHash('md5').update(body).digest('hex'),
    };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { why: cause instanceof Error ? cause.message : String(cause) };
  }
}
