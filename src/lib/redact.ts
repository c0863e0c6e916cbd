/** Shorter secrets would tear words apart, and so betray themselves; URIs are caught by their shape. */
const SHORTEST = 4;

/** `mongodb://user:password@`, to the last `@` of the word: passwords with a raw `@` happen. */
const PASSWORD_IN_URI = /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"]*):[^\s"]*@/gi;

/**
 * Makes a function that puts `***` for every secret in a text, as it stands and as it looks in a URL,
 * in JSON and in base64 (at each of the three alignments, so inside `user:secret` too), and for the
 * password in any `scheme://user:password@` (promise 8). Secrets under 4 characters are only caught
 * in such URIs. Running it twice changes nothing more.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const anyForm = new RegExp(longestFirst.map(escapePattern).join('|') || '(?!)', 'g');
  return (text) => text.replace(anyForm, '***').replace(PASSWORD_IN_URI, '$1:***@');
}

function formsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(Buffer.from(secret).toString()); // a lone surrogate would throw
  const inForm = inUrl.replaceAll('%20', '+');
  const lowerHex = inUrl.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return [
    secret,
    inUrl,
    inForm,
    lowerHex,
    JSON.stringify(secret).slice(1, -1),
    ...base64Of(secret),
  ];
}

/**
 * Base64 cuts its input in threes, so the same bytes look three ways. Characters that also carry bits
 * of a neighbour are left off; what is left stands in every text that holds the secret.
 */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    const own = padded.toString('base64').slice(from, to);
    if (own.length < SHORTEST) return [];
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
