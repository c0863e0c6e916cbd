import type { Problem } from './problem.ts';

type UrlText = Readonly<{
  /** How messages call it: `R2_PUBLIC_URL (.env line 3)`. */
  called: string;
  value: string;
}>;

export type CheckedUrl = Readonly<{ url: URL } | { problem: Problem }>;

/**
 * The address that viewers use. http or https, a path is allowed; no login, query or fragment, which
 * would end up in every document. Never quotes the value: a secret may have been pasted there.
 */
export function checkPublicUrl(text: UrlText): CheckedUrl {
  const url = parseHttp(text.value);
  if (url === undefined) {
    return wrong(text, 'is not a web address', 'Write it like https://media.example.com');
  }
  const surplus = surplusOf(url);
  if (surplus !== undefined) {
    return wrong(text, `holds ${surplus}`, 'Write only https://, the host and, if need be, a path');
  }
  if (/\.r2\.cloudflarestorage\.com$/.test(url.hostname)) {
    return {
      problem: {
        what: `${text.called} is R2's S3 endpoint, not a public address`,
        why: 'Nobody can read from it without a signature',
        fix: 'Connect a custom domain to the bucket (R2 > bucket > Settings) and write that, or its r2.dev address',
      },
    };
  }
  return { url };
}

/** An S3 endpoint. `https://` may be missing: Backblaze's own page shows it so. */
export function checkEndpoint(text: UrlText): CheckedUrl {
  const url = parseHttp(text.value.includes('://') ? text.value : `https://${text.value}`);
  if (url === undefined) {
    return wrong(text, 'is not a web address', 'Write it like https://s3.example.com');
  }
  const surplus = surplusOf(url);
  if (surplus !== undefined) {
    return wrong(text, `holds ${surplus}`, 'Write only https:// and the host');
  }
  return { url };
}

/** Scheme, host, port and path, without a slash at the end. */
export function plainUrl(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Stand-ins for tests and MinIO at home; rules of a provider's real hosts do not bind them. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname);
}

function parseHttp(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

function surplusOf(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'a login';
  if (url.search !== '') return 'a query (?…)';
  if (url.hash !== '') return 'a fragment (#…)';
  return undefined;
}

function wrong({ called }: UrlText, is: string, fix: string): CheckedUrl {
  return { problem: { what: `${called} ${is}`, fix } };
}
