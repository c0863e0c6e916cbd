import type { Showing } from './showing.ts';

/**
 * The page may load from this server and, when the films are elsewhere, from there. Beside films the
 * controls of media-chrome write markup and styles of their own (`page/trusted-markup.ts` looks at
 * them); the list of films may not even that.
 */
export function securityHeaders(
  path: string,
  { mediaOrigin }: Showing,
): Readonly<Record<string, string>> {
  const origins = mediaOrigin === undefined ? `'self'` : `'self' ${mediaOrigin}`;
  const hasPlayer = path.startsWith('/watch/');
  return {
    'content-security-policy': [
      `default-src 'none'; script-src 'self'`,
      `connect-src ${origins}; img-src ${origins}; media-src ${origins} blob: data:`, // Media Source; hls.js empties a track with a data URL
      `style-src 'self'${hasPlayer ? ` 'unsafe-inline'` : ''}`,
      `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      `require-trusted-types-for 'script'; trusted-types ${hasPlayer ? 'default inert' : `'none'`}`,
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}
