import type { GivenVisit } from './judge-body.ts';
import type { PublicAnswer, PublicFault } from './public-visit.ts';

/** Whether the cache does what it is there for, where Cloudflare answered; and what browsers keep. */
export function judgeCache(given: GivenVisit): readonly PublicFault[] {
  return [...judgeStatus(given), ...judgeLifetime(given)];
}

function judgeStatus({ stored, browser, again }: GivenVisit): readonly PublicFault[] {
  const status = again.headers['cf-cache-status'];
  const isSegment = /\.(?:ts|m4s|mp4)$/.test(stored.key);
  if (status === 'DYNAMIC') return [notCached(isSegment)];
  if (status === 'BYPASS') return [bypassed(again, isSegment)];
  // MISS, EXPIRED, REVALIDATED, UPDATING and STALE come and go; what is always a MISS is not kept.
  if (status !== 'MISS' || browser.headers['cf-cache-status'] !== 'MISS') return [];
  return [
    {
      isFatal: false,
      kind: 'never a HIT',
      what: 'the cache has not kept it after three requests (MISS)',
      cause:
        'It may be that two machines of the data centre answered in turn. Or the Cache Rule sets another Edge TTL than the header.',
      fix: 'Ask again; if it stays so, set Edge TTL "use cache-control header if present" (movie-ingest deliver)',
    },
  ];
}

function notCached(isSegment: boolean): PublicFault {
  return {
    isFatal: isSegment,
    kind: isSegment ? 'segments not cached' : 'not cached',
    what: 'the cache does not keep it (DYNAMIC)',
    cause:
      'There is no Cache Rule for it: Cloudflare keeps no .ts, .m4s, .m3u8 and .vtt by default, so every viewer reads the bucket.',
    fix: 'Make the Cache Rule that movie-ingest deliver prints (Zone → Caching → Cache Rules)',
  };
}

function bypassed({ headers }: PublicAnswer, isSegment: boolean): PublicFault {
  const control = headers['cache-control'] ?? '';
  const forbids = /no-store|no-cache|private|max-age=0/.exec(control)?.[0];
  const cause =
    headers['set-cookie'] !== undefined
      ? 'The answer sets a cookie.'
      : forbids === undefined
        ? 'A Cache Rule or a Page Rule says so.'
        : `Its Cache-Control says ${forbids}.`;
  return {
    isFatal: isSegment,
    kind: isSegment ? 'segments bypass the cache' : 'bypasses the cache',
    what: 'the cache is told not to keep it (BYPASS)',
    cause,
    fix:
      forbids === undefined
        ? 'Remove what sets it for this host: a rule of the zone, a Worker, a bot protection with cookies'
        : 'movie-ingest sync --fix-headers, if the object was stored so; else see which rule of the zone sets it',
  };
}

/** A zone's Browser TTL of four hours replaces what is shorter: then viewers keep an old master for as long. */
function judgeLifetime({ stored, browser }: GivenVisit): readonly PublicFault[] {
  const control = browser.headers['cache-control'];
  const kept = maxAge(control);
  const wanted = maxAge(stored.cacheControl);
  if (control === undefined || kept === undefined || wanted === undefined) return [];
  if (wanted <= 3_600 && kept > Math.max(wanted, 300)) {
    return [
      {
        isFatal: false,
        kind: 'kept too long',
        what: `browsers are told to keep it for ${kept} s instead of ${wanted} s`,
        cause:
          "The zone's Browser Cache TTL replaces shorter ones. Viewers go on with the old version after a film was made again.",
        fix: 'Browser TTL "respect origin" in the Cache Rule (movie-ingest deliver)',
      },
    ];
  }
  return [];
}

function maxAge(control: string | undefined): number | undefined {
  const seconds = /\bmax-age=(\d+)/.exec(control ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
