import { createHmac } from 'node:crypto';
import type { LinkKey } from '../model/link-key.ts';

/** How many leading segments of the key a link covers: `videos/<slug>/`, all of one film. */
const DEPTH = 2;

export type LinkRequest = Readonly<{
  /** The unsigned address, as it stands in the document. */
  url: string;
  key: LinkKey;
  /** Unix time. The last second in which the film can be started. */
  startUntilSeconds: number;
}>;

/**
 * The same address with a token in its path (scheme `mi1`, docs/signed-links.md), valid for everything
 * of that film and for nothing else. Players inherit it: relative addresses in playlists keep the path.
 * The same request gives the same link. Throws for an address with fewer than three segments.
 */
export function signLink({ url, key, startUntilSeconds }: LinkRequest): string {
  const { origin, pathname } = new URL(url);
  const segments = pathname.slice(1).split('/');
  if (segments.length <= DEPTH) throw new Error(`${pathname} is not below a film's folder`);
  const prefix = `/${segments.slice(0, DEPTH).join('/')}/`;
  const signed = [key.id, String(startUntilSeconds).padStart(10, '0'), String(DEPTH)];
  const message = ['mi1', ...signed, prefix].join('\n');
  const signature = createHmac('sha256', key.secret).update(message).digest('base64url');
  return `${origin}/t/${[...signed, signature].join('.')}${pathname}`;
}
