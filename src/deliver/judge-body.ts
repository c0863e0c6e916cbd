import type { PublicAnswer, PublicFault, PublicVisit, StoredFacts } from './public-visit.ts';

/** All three came. */
export type GivenVisit = Readonly<{
  stored: StoredFacts;
  phone: PublicAnswer;
  browser: PublicAnswer;
  again: PublicAnswer;
}>;

type Asked = Pick<PublicVisit, 'asksForPart' | 'origins'>;

/** Bytes, type, parts, and who may read them. */
export function judgeBody(given: GivenVisit, asked: Asked): readonly PublicFault[] {
  return [
    ...judgeBytes(given, asked),
    ...judgeType(given),
    ...judgeCors(given, asked),
    ...(asked.asksForPart ? judgePart(given) : []),
  ];
}

function judgeBytes({ stored, phone, browser, again }: GivenVisit, asked: Asked) {
  const whole = asked.asksForPart ? [browser, again] : [phone, browser, again];
  const wrong = whole.find(({ md5 }) => md5 !== stored.md5);
  if (wrong === undefined) return [];
  return [{ isFatal: true, ...whyOtherBytes(wrong, stored) }];
}

function whyOtherBytes(
  { headers, bytes }: PublicAnswer,
  stored: StoredFacts,
): Omit<PublicFault, 'isFatal'> {
  const what = 'the public address gives other bytes than the store has';
  if (
    /^text\/html/.test(headers['content-type'] ?? '') &&
    !stored.contentType.startsWith('text/')
  ) {
    return {
      kind: 'a page instead',
      what: `${what}: a web page`,
      cause: 'Something in front of the bucket answers with a page of its own.',
      fix: 'See what the host leads to: a parked domain, a login, a site that answers to every path',
    };
  }
  if (isFromCache(headers)) {
    return {
      kind: 'stale copy',
      what: `${what} (${headers['cf-cache-status'] ?? `Age ${headers['age']}`})`,
      cause: 'A cache keeps what stood there before it was written again.',
      fix: 'Purge it (Caching → Purge → Custom: the address), or wait until its time is over; the Cache Rule must use the cache-control header',
    };
  }
  if (headers['cf-polished'] !== undefined) {
    return {
      kind: 'changed on the way',
      what: `${what}: Polish has made it smaller`,
      cause: 'Cloudflare Polish compresses pictures again.',
      fix: 'No harm to viewers. A Configuration Rule for this host switches it off, so that it can be checked',
    };
  }
  return {
    kind: 'other bytes',
    what: `${what} (${bytes} bytes instead of ${stored.bytes})`,
    cause: 'The host shows another bucket, or something on the way changes what passes.',
    fix: 'See which bucket the custom domain is connected to, and which rules of the zone change bodies',
  };
}

export function isFromCache(headers: PublicAnswer['headers']): boolean {
  const status = headers['cf-cache-status'];
  return status === 'HIT' || status === 'STALE' || Number(headers['age'] ?? 0) > 0;
}

/** `text/vtt` of `text/vtt; charset=utf-8`: servers are free to leave out what is the default anyway. */
function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase();
}

function judgeType({ stored, browser }: GivenVisit): readonly PublicFault[] {
  const type = mediaType(browser.headers['content-type']);
  if (type === mediaType(stored.contentType)) return [];
  return [
    {
      isFatal: true,
      kind: `type of ${stored.contentType}`,
      what: `is served as ${type ?? 'nothing'} instead of ${stored.contentType}`,
      cause:
        'The object was stored with another type, or something on the way sets one. Safari and AVPlayer refuse it.',
      fix: 'movie-ingest sync --fix-headers; what a cache holds from before must be purged',
    },
  ];
}

function judgeCors({ browser, again }: GivenVisit, { origins }: Asked): readonly PublicFault[] {
  const refused = [browser, again].flatMap((answer, index) => {
    const origin = origins[index] ?? '';
    const allowed = answer.headers['access-control-allow-origin'];
    return allowed === '*' || allowed === origin ? [] : [{ answer, allowed, origin }];
  })[0];
  if (refused === undefined) return [];
  const { answer, allowed, origin } = refused;
  const isKept = isFromCache(answer.headers);
  const other = allowed === undefined ? '' : `, but ${allowed}`;
  return [
    {
      isFatal: true,
      kind: isKept ? 'CORS kept wrong' : 'no CORS',
      what: `pages of ${origin} may not read it: no Access-Control-Allow-Origin for them${other}`,
      cause: isKept
        ? 'The cache keeps an answer that was made for a request without this Origin.'
        : 'The CORS policy of the bucket, or ALLOWED_ORIGINS of the Worker, does not have the page.',
      fix: isKept
        ? 'Caching → Purge. It comes back with several pages in the policy: let any page read (AllowedOrigins "*"), or set the header by a Response Header Transform Rule'
        : 'movie-ingest deliver --apply sets it, or says how; what a cache holds from before must be purged',
    },
  ];
}

function judgePart({ stored, phone }: GivenVisit): readonly PublicFault[] {
  const range = /^bytes 0-1\/(\d+|\*)$/.exec(phone.headers['content-range'] ?? '');
  const isRight = range !== null && (range[1] === '*' || Number(range[1]) === stored.bytes);
  if (phone.status === 206 && isRight && phone.bytes === 2) return [];
  return [
    {
      isFatal: true,
      kind: 'no parts',
      what:
        phone.status === 206
          ? 'a request for two bytes is answered with others'
          : 'a request for two bytes is answered with all of it',
      cause:
        'Range requests do not come through: something on the way compresses or changes it, or does not know them.',
      fix: 'AVPlayer needs parts of fMP4 and of large segments: switch off what changes bodies for this host, or serve it by something that knows Range',
    },
  ];
}
