import type { PublicAnswer, PublicFault } from './public-visit.ts';

type Statuses = Readonly<{ phone: number; browser: number }>;

type Verdict = Omit<PublicFault, 'isFatal'>;

/** Why an object was not given: by the status, and by who it was that answered. */
export function judgeRefusal(answer: PublicAnswer, statuses: Statuses): PublicFault {
  return { isFatal: true, ...verdictOf(answer, statuses) };
}

function verdictOf(answer: PublicAnswer, statuses: Statuses): Verdict {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) return redirect(answer);
  if (headers['x-deny'] !== undefined) return denied(headers['x-deny']);
  if (status === 401 || status === 403) return forbidden(answer, statuses);
  if (status === 404) return notFound(answer);
  if (status === 429) return TOO_MANY;
  return {
    kind: `status ${status}`,
    what: `the public address answers ${status}`,
    cause:
      status >= 520
        ? 'Cloudflare did not get it from where it looked for it.'
        : 'The server failed.',
    fix:
      status >= 520
        ? 'See whether the custom domain of the bucket is active (R2 → bucket → Settings), and no other DNS record of that name is in the way'
        : 'See its log; at Cloudflare that of the Worker (npx wrangler tail)',
  };
}

function redirect({ status, headers }: PublicAnswer): Verdict {
  const to = headers['location'] ?? 'nowhere';
  const isLogin = /cloudflareaccess\.com/.test(to);
  return {
    kind: 'redirect',
    what: `the public address answers ${status}, to ${isLogin ? 'a login' : hostOf(to)}`,
    cause: isLogin
      ? 'Cloudflare Access stands before the films, and no player can log in.'
      : 'Every request is made twice, and a page that plays across origins is refused where the redirect leads elsewhere.',
    fix: isLogin
      ? 'Take the host out of Access; for films that not everybody shall see there are links that expire (docs/signed-links.md)'
      : 'Set the public URL to where it leads (then: movie-ingest sync --rewrite-urls), or remove the redirect rule',
  };
}

function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : 'another path';
}

/** What edge/worker.js says (docs/signed-links.md). */
const DENIALS: Readonly<Record<string, Pick<Verdict, 'cause' | 'fix'>>> = {
  'token-missing': {
    cause:
      'The Worker gives films to links that expire alone, and no signing key is configured here.',
    fix: 'Set MOVIE_INGEST_LINK_KEY_ID and MOVIE_INGEST_LINK_SECRET as the Worker has them',
  },
  'token-bad': {
    cause: 'The Worker has another secret under the name of this key.',
    fix: 'Make SIGNING_KEYS of the Worker and MOVIE_INGEST_LINK_SECRET the same: npx wrangler secret put SIGNING_KEYS',
  },
  'token-expired': {
    cause: 'The clock of this machine is behind.',
    fix: 'Set the clock (System Settings, Date & Time; or timedatectl set-ntp true)',
  },
  'key-unknown': {
    cause: 'The Worker does not have this key.',
    fix: 'Add it to SIGNING_KEYS: npx wrangler secret put SIGNING_KEYS',
  },
  path: {
    cause: 'The Worker stands at the root of a host, and the public URL has a path.',
    fix: 'Set the public URL to the host alone, then: movie-ingest sync --rewrite-urls',
  },
  referer: {
    cause: 'ALLOWED_REFERERS of the Worker does not have the page.',
    fix: 'Add the page there, or set MOVIE_INGEST_PLAYER_ORIGINS to the pages that may play',
  },
  config: {
    cause: 'SIGNING_KEYS or SESSION_GRACE of the Worker cannot be read.',
    fix: 'npx wrangler secret put SIGNING_KEYS, with what movie-ingest link keys new printed',
  },
};

function denied(reason: string): Verdict {
  const known = Object.hasOwn(DENIALS, reason) ? DENIALS[reason] : undefined;
  return {
    kind: `denied: ${reason}`,
    what: `the Worker refuses it: ${reason}`,
    cause: known?.cause ?? 'It says no more.',
    fix: known?.fix ?? 'See docs/signed-links.md',
  };
}

function forbidden({ status, headers }: PublicAnswer, { phone, browser }: Statuses): Verdict {
  const kind = `status ${status}`;
  if (headers['cf-mitigated'] === 'challenge') {
    return {
      kind: 'challenge',
      what: `the public address answers ${status} with a challenge`,
      cause: 'A protection against bots asks for a browser, and no player is one.',
      fix: 'Zone → Security: a WAF rule that skips it for this host',
    };
  }
  const who = phone === browser ? 'everybody' : browser === status ? 'pages' : 'apps';
  return {
    kind,
    what: `the public address answers ${status}${who === 'everybody' ? '' : ` to ${who}`}`,
    cause:
      who === 'everybody'
        ? 'A WAF rule, Access or a Worker answers before the cache, or the bucket is private.'
        : who === 'pages'
          ? 'A rule on Origin or Referer does not know the page.'
          : 'A rule asks for a Referer or an Origin, and apps send none.',
    fix:
      who === 'everybody'
        ? 'Zone → Security → Events shows which rule it was. A private bucket needs links that expire: movie-ingest link keys new'
        : 'Correct the rule as movie-ingest deliver prints it, and name the pages in MOVIE_INGEST_PLAYER_ORIGINS',
  };
}

function notFound({ headers }: PublicAnswer): Verdict {
  const isKept = headers['cf-cache-status'] === 'HIT';
  return {
    kind: isKept ? 'kept 404' : 'status 404',
    what: 'the public address answers 404',
    cause: isKept
      ? 'A 404 from before it was stored is kept by the cache, as it is for three minutes by default.'
      : 'The store has it: the host belongs to another bucket, or the public URL has a wrong path.',
    fix: isKept
      ? 'Caching → Purge; and a status code TTL of 0 for 404 in the Cache Rule (movie-ingest deliver)'
      : 'See which bucket the custom domain is connected to (R2 → bucket → Settings)',
  };
}

const TOO_MANY: Verdict = {
  kind: 'status 429',
  what: 'the public address answers 429',
  cause:
    'Too many requests: r2.dev takes some hundreds a second, or a rate limit of the zone is met.',
  fix: 'Connect a custom domain, or raise the limit for this host',
};
