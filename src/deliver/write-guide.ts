import { byHand, inJurisdiction } from './by-hand.ts';
import { cacheExpression } from './cache-rule.ts';
import { corsRule } from './cors-policy.ts';
import { type Delivery, hostOf, isDevelopmentHost } from './delivery.ts';
import { ABORT_AFTER_DAYS } from './lifecycle-policy.ts';
import { REFERER_LIMITS, refererExpression } from './referer-rule.ts';
import { wranglerConfig } from './wrangler-config.ts';

/**
 * The steps at Cloudflare for this bucket and host, as Markdown: the way that is configured, public or by
 * links that expire, with each value filled in and the check that proves each step.
 */
export function writeGuide(delivery: Delivery): string {
  const all =
    delivery.kind === 'r2'
      ? [...cloudflareSteps(delivery), lifecycleStep(delivery), refererStep(delivery), proofStep]
      : [corsStep(delivery), lifecycleStep(delivery), proofStep];
  const numbered = all.map(([title, ...lines], index) => [`## ${index + 1}. ${title}`, ...lines]);
  return `${[heading(delivery), ...numbered.map(paragraphs)].join('\n\n')}\n`;
}

function cloudflareSteps(delivery: Delivery): readonly Step[] {
  return delivery.isSigned
    ? [privateStep(delivery), workerStep(delivery)]
    : [domainStep(delivery), cacheStep(delivery), corsStep(delivery)];
}

type Step = readonly [title: string, ...lines: string[]];

function heading(delivery: Delivery): string {
  const { bucket, isSigned, kind } = delivery;
  const title = `# ${bucket} to viewers at ${hostOf(delivery)}`;
  if (kind !== 'r2') return paragraphs([title, ELSEWHERE]);
  return paragraphs([
    title,
    isSigned
      ? 'By links that expire, since a signing key is configured: the bucket is private and a Worker stands before it. For films that everybody may see run this without `MOVIE_INGEST_LINK_KEY_ID` and `MOVIE_INGEST_LINK_SECRET`.'
      : 'For films that everybody may see. For links that expire make a key (`movie-ingest link keys new`), set it, and run this again.',
    ...(isDevelopmentHost(hostOf(delivery))
      ? [
          `**${hostOf(delivery)} is an address for trying out**: nothing is cached there, and from some hundreds of requests a second it answers 429. Choose a host of a zone of yours and set it as the public URL first; then run this again.`,
        ]
      : []),
  ]);
}

const ELSEWHERE =
  'This bucket is not at R2. Domain and cache are for the CDN before it: it must keep `.ts` and `.m3u8` as their Cache-Control says, and give 404 to nobody twice. Cloudflare is not it: its terms for the smaller plans restrict video that is hosted elsewhere. The Worker of links that expire reads R2 alone.';

function domainStep(delivery: Delivery): Step {
  const host = hostOf(delivery);
  return [
    'The custom domain',
    'Dashboard: R2 → the bucket → Settings → Custom Domains → Add. The zone must be in the same account. Or:',
    code('sh', [
      `npx wrangler r2 bucket domain add ${delivery.bucket} --domain ${host} --zone-id ZONE_ID${inJurisdiction(delivery)}`,
      `npx wrangler r2 bucket dev-url disable ${delivery.bucket}${inJurisdiction(delivery)}`,
    ]),
    'The second line closes the r2.dev address, which has no cache and no rules, and would stay open beside the domain.',
  ];
}

function cacheStep(delivery: Delivery): Step {
  return [
    'The Cache Rule',
    'Cloudflare keeps no `.ts` and no `.m3u8` by default: every segment would be a read of the bucket. Zone → Caching → Cache Rules → Create, "Custom filter expression":',
    code('', [cacheExpression(delivery)]),
    [
      '- Cache eligibility: eligible for cache',
      '- Edge TTL: use cache-control header if present; status code TTL 400–599: no cache (else a 404 is kept for three minutes)',
      '- Browser TTL: respect origin (else a zone’s four hours keep an old `master.m3u8`)',
    ].join('\n'),
    'As JSON for the API (`http_request_cache_settings`): `cache-rule.json`. Caching → Tiered Cache → Smart gives one more cache next to the bucket.',
  ];
}

function corsStep(delivery: Delivery): Step {
  const { allowedOrigins } = corsRule(delivery.origins);
  return [
    'CORS',
    `Pages that play with hls.js are on another host than the films. May read: ${allowedOrigins.join(', ')}${delivery.origins.length === 0 ? ' (any page; `MOVIE_INGEST_PLAYER_ORIGINS` names them)' : ''}.`,
    code('sh', ['movie-ingest deliver --apply', ...orByHand(delivery, byHand(delivery).cors)]),
    delivery.kind === 'r2'
      ? 'The policy is in `cors.json` (R2: the bucket’s Settings → CORS Policy). It counts after half a minute; what the cache holds from before must be purged (Caching → Purge).'
      : 'The policy is in `cors.json`. What a CDN holds from before must be purged.',
  ];
}

function privateStep(delivery: Delivery): Step {
  return [
    'A bucket that nobody can go around to',
    `The Worker reads the bucket by its binding. The bucket itself must have no custom domain and no r2.dev address:`,
    code('sh', [
      `npx wrangler r2 bucket domain list ${delivery.bucket}${inJurisdiction(delivery)}      # remove what is there`,
      `npx wrangler r2 bucket dev-url disable ${delivery.bucket}${inJurisdiction(delivery)}`,
    ]),
  ];
}

function workerStep(delivery: Delivery): Step {
  return [
    'The Worker',
    '`worker.js` and this `wrangler.jsonc`, in one folder (`movie-ingest deliver --out DIR` writes both):',
    code('jsonc', [JSON.stringify(wranglerConfig(delivery), null, 2)]),
    code('sh', ['npx wrangler secret put SIGNING_KEYS', 'npx wrangler deploy']),
    'The secret is the third line of `movie-ingest link keys new`. The Worker answers CORS by itself and keeps its own copies: no Cache Rule and no CORS policy are needed.',
  ];
}

function lifecycleStep(delivery: Delivery): Step {
  return [
    'Unfinished uploads',
    `Parts of an upload that was cut off are paid for until somebody aborts it. ${delivery.kind === 'r2' ? `R2 does so after ${ABORT_AFTER_DAYS} days unless that rule was removed` : 'Few services do so by themselves'}; \`movie-ingest deliver --check\` looks.`,
    code('sh', ['movie-ingest deliver --apply', ...orByHand(delivery, byHand(delivery).lifecycle)]),
  ];
}

function refererStep(delivery: Delivery): Step {
  const expression = refererExpression(delivery);
  return [
    'Pages that embed your films (optional)',
    ...(expression === undefined
      ? [
          'With `MOVIE_INGEST_PLAYER_ORIGINS` set to the pages that may play, a WAF rule for it stands here.',
        ]
      : [
          'Zone → Security → WAF → Custom rules → Create, action Block:',
          code('', [expression]),
          ...(delivery.isSigned
            ? ['Or `ALLOWED_REFERERS` of the Worker, in the form of `ALLOWED_ORIGINS`.']
            : []),
        ]),
    ['What it cannot do:', ...REFERER_LIMITS.map((it) => `- ${it}`)].join('\n'),
  ];
}

const proofStep: Step = [
  'The proof',
  code('sh', ['movie-ingest deliver --check', 'movie-ingest doctor --public']),
  'The first compares CORS and lifecycle with the above, the second fetches a film as a browser and as a phone would.',
];

function orByHand(delivery: Delivery, line: string): readonly string[] {
  const who = delivery.kind === 'r2' ? ' (only "Admin Read & Write" may)' : '';
  return [`# or, where the key may not${who}, from the files of --out DIR:`, line];
}

function paragraphs(parts: readonly string[]): string {
  return parts.join('\n\n');
}

function code(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}
