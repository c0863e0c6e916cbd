import { createHmac } from 'node:crypto';

/** Of a film's address, `videos/<slug>/`: what a link covers. */
const DEPTH = 2;

export type LinkKey = Readonly<{
  /** `MOVIE_INGEST_LINK_KEY_ID` */
  id: string;
  /** `MOVIE_INGEST_LINK_SECRET`, base64. On the server only: never in a variable that begins with NEXT_PUBLIC_. */
  secret: string;
}>;

/** The `hls_url` of a document, as a link that can be started until `startUntil` (Unix time). */
export function signLink(hlsUrl: string, key: LinkKey, startUntil: number): string {
  const { origin, pathname } = new URL(hlsUrl);
  const segments = pathname.split('/').slice(1);
  if (segments.length <= DEPTH) throw new Error('not the address of a film');
  const prefix = `/${segments.slice(0, DEPTH).join('/')}/`;
  const message = ['mi1', key.id, startUntil, DEPTH, prefix].join('\n');
  const secret = Buffer.from(key.secret, 'base64');
  const signature = createHmac('sha256', secret).update(message).digest('base64url');
  return `${origin}/t/${key.id}.${startUntil}.${DEPTH}.${signature}${pathname}`;
}
