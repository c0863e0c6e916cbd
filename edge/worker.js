/**
 * Serves a private R2 bucket, as a Cloudflare Worker, to whoever has a link that movie-ingest or a signer
 * of yours has made (docs/signed-links.md):
 *
 *   /t/{kid}.{exp}.{depth}.{signature}/{key}   an object below the signed folder
 *   /posters/{key}                             posters, without a token
 *
 * MEDIA            R2 bucket; private: no public domain, r2.dev off
 * SIGNING_KEYS     secret: {"k1":"<base64 of 32 bytes or more>"}; several while keys are rotated
 * SESSION_GRACE    seconds for which a film that was started plays on; 21600 (6 h) when not set
 * ALLOWED_ORIGINS  pages that may play: https://www.example.com,https://app.example.com; any when not set
 * ALLOWED_REFERERS the same for the Referer, where one is sent; any when not set
 */

const SESSION_GRACE_SECONDS = 21_600;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** The last of 43 characters carries four bits: no other spelling of a signature is taken. */
const TOKEN = /^([\w-]{1,16})\.(\d{10})\.([1-9])\.([\w-]{42}[AEIMQUYcgkosw048])$/;

/** Our keys need no percent encoding, so there is no second way to write a path. */
const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/** One range; anything else is none (RFC 9110 §14.2), and so is "from 0 on": then it can be kept. */
const RANGE = /^bytes=(?!0*-$)(\d*)-(\d*)$/;

export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    const { status, headers, body } = await answer(pathname, { request, env, context });
    const sent = new Headers(headers);
    // The copy in our cache is for everyone; one under a token is for whoever holds that.
    const caching = sent.get('Cache-Control');
    if (pathname.startsWith('/t/') && caching !== null) {
      sent.set('Cache-Control', caching.replace(/\bpublic\b/, 'private'));
    }
    sent.set('Referrer-Policy', 'no-referrer');
    sent.set('X-Content-Type-Options', 'nosniff');
    for (const [name, value] of corsHeaders(request, env)) sent.append(name, value);
    return new Response(request.method === 'HEAD' ? null : body, { status, headers: sent });
  },
};

async function answer(pathname, exchange) {
  const { request, env } = exchange;
  if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } });
  }
  if (!PLAIN_PATH.test(pathname)) return deny('path');
  if (!isAllowedReferer(request, env)) return deny('referer');
  if (pathname.startsWith('/posters/')) return serve(pathname.slice(1), exchange);
  const [, token, key] = /^\/t\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  if (key === undefined) return deny('token-missing');
  const settings = await readSettings(env);
  if (settings === undefined) return deny('config', 500);
  const objection = await objectionTo(token, key, settings);
  if (objection !== undefined) return deny(objection);
  // It names the film's file and holds its document: for operators, not for viewers.
  if (key.endsWith('/manifest.json')) return deny('path');
  return serve(key, exchange);
}

/** Why this token does not open this key now; undefined when it does. */
async function objectionTo(token, key, { keys, graceSeconds }) {
  const [, kid, exp, depth, signature] = TOKEN.exec(token) ?? [];
  if (kid === undefined) return 'token-bad';
  if (!Object.hasOwn(keys, kid)) return 'key-unknown';
  const segments = key.split('/');
  if (segments.length <= Number(depth)) return 'token-bad';
  const prefix = `/${segments.slice(0, Number(depth)).join('/')}/`;
  const message = new TextEncoder().encode(['mi1', kid, exp, depth, prefix].join('\n'));
  const bytes = fromBase64(signature.replaceAll('-', '+').replaceAll('_', '/'));
  // `verify` takes as long for a signature that is nearly right.
  if (!(await crypto.subtle.verify(HMAC, keys[kid], bytes, message))) return 'token-bad';
  // What was started plays to its end: only the first playlist of a film has to come in time.
  const lastSecond = Number(exp) + (key.endsWith('/master.m3u8') ? 0 : graceSeconds);
  return Math.floor(Date.now() / 1_000) > lastSecond ? 'token-expired' : undefined;
}

/** The object, from this data centre's cache or from the bucket: one copy for all tokens. */
async function serve(key, { request, env, context }) {
  const cacheKey = new URL(`/_o/${key}`, request.url).href;
  const wanted = wantedHeaders(request);
  const cached = await caches.default.match(new Request(cacheKey, { headers: wanted }));
  if (cached !== undefined) return cached;
  const range = wanted.get('Range');
  const isWhole = request.method === 'GET' && range === null;
  const object = await (isWhole ? env.MEDIA.get(key, { onlyIf: wanted }) : env.MEDIA.head(key));
  if (object === null) return plain('not found', 404);
  const headers = headersOf(object);
  if (request.method === 'HEAD') {
    headers.set('Content-Length', String(object.size));
    return new Response(null, { headers });
  }
  if (range !== null) return partOf(object, { range, headers, bucket: env.MEDIA });
  if (object.body === undefined) return new Response(null, { status: 304, headers });
  const response = new Response(object.body, { headers });
  // Parts are not kept: the cache takes whole objects only, and serves parts of those itself.
  if (/\bmax-age=[1-9]/.test(headers.get('Cache-Control') ?? '')) {
    context.waitUntil(caches.default.put(cacheKey, response.clone()));
  }
  return response;
}

async function partOf({ key, size }, { range, headers, bucket }) {
  const [, first, last] = RANGE.exec(range);
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (offset > end) {
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } });
  }
  const part = await bucket.get(key, { range: { offset, length: end - offset + 1 } });
  if (part === null) return plain('not found', 404);
  headers.set('Content-Range', `bytes ${offset}-${end}/${size}`);
  return new Response(part.body, { status: 206, headers });
}

/** What of a request the cache and the bucket shall heed. */
function wantedHeaders({ headers }) {
  const wanted = new Headers();
  for (const name of ['If-None-Match', 'If-Modified-Since']) {
    if (headers.has(name)) wanted.set(name, headers.get(name));
  }
  // RFC 9110 §13.1.5: whoever cannot tell whether If-Range holds sends all of it.
  const range = headers.get('Range');
  if (range !== null && RANGE.test(range) && !headers.has('If-Range')) wanted.set('Range', range);
  return wanted;
}

function headersOf(object) {
  const headers = new Headers({ ETag: object.httpEtag, 'Accept-Ranges': 'bytes' });
  object.writeHttpMetadata(headers);
  return headers;
}

/** Of this isolate: importing keys once is enough. */
let ring;

/** Undefined when they are wrong: then nothing is served, rather than everything. */
async function readSettings({ SIGNING_KEYS = '', SESSION_GRACE = SESSION_GRACE_SECONDS }) {
  const graceSeconds = Number(SESSION_GRACE);
  if (ring?.text !== SIGNING_KEYS) ring = { text: SIGNING_KEYS, keys: importKeys(SIGNING_KEYS) };
  const keys = await ring.keys.catch(() => undefined); // its message could quote a secret
  return keys !== undefined && graceSeconds >= 0 ? { keys, graceSeconds } : undefined;
}

async function importKeys(text) {
  const imported = Object.entries(JSON.parse(text)).map(async ([kid, secret]) => {
    const bytes = fromBase64(secret);
    if (bytes.length < 32) throw new Error('too short');
    return [kid, await crypto.subtle.importKey('raw', bytes, HMAC, false, ['verify'])];
  });
  return Object.fromEntries(await Promise.all(imported));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function corsHeaders(request, { ALLOWED_ORIGINS }) {
  const allowed = listOf(ALLOWED_ORIGINS);
  const origin = request.headers.get('Origin');
  return [
    allowed.length > 0 ? ['Vary', 'Origin'] : ['Access-Control-Allow-Origin', '*'],
    ...(allowed.includes(origin) ? [['Access-Control-Allow-Origin', origin]] : []),
    ['Access-Control-Expose-Headers', 'Content-Length, Content-Range, ETag, X-Deny'],
    ...(request.method === 'OPTIONS' ? PREFLIGHT : []),
  ];
}

const PREFLIGHT = [
  ['Access-Control-Allow-Methods', 'GET, HEAD'],
  ['Access-Control-Allow-Headers', 'Range, If-None-Match, If-Modified-Since'],
  ['Access-Control-Max-Age', '86400'],
];

/** Apps send none, and an embedding page can keep it back: it stops carelessness, not intent. */
function isAllowedReferer(request, { ALLOWED_REFERERS }) {
  const allowed = listOf(ALLOWED_REFERERS);
  const referer = request.headers.get('Referer');
  if (allowed.length === 0 || !referer) return true;
  return URL.canParse(referer) && allowed.includes(new URL(referer).origin);
}

/** Origins have no slash at the end; people write one. */
function listOf(text) {
  const names = (text ?? '').split(',').map((name) => name.trim().replace(/\/$/, ''));
  return names.filter((name) => name !== '');
}

function deny(reason, status = 403) {
  return plain(reason, status, { 'X-Deny': reason });
}

function plain(text, status, more = {}) {
  const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', ...more };
  return new Response(`${text}\n`, { status, headers });
}
