import type { Delivery } from './delivery.ts';
import { hostOf } from './delivery.ts';

/** Cloudflare caches by extension, and none of these is on its list (storage-delivery.md §3.1). */
const EXTENSIONS = ['.ts', '.m4s', '.mp4', '.m3u8', '.vtt', '.jpg'];

/** For the field "Custom filter expression" of a Cache Rule. */
export function cacheExpression(delivery: Pick<Delivery, 'publicBaseUrl'>): string {
  const ends = EXTENSIONS.map((it) => `ends_with(http.request.uri.path, "${it}")`);
  return `(http.host eq "${hostOf(delivery)}" and (${ends.join(' or ')}))`;
}

/**
 * The same rule for `PUT /zones/{zone}/rulesets/phases/http_request_cache_settings/entrypoint`. What
 * our objects say of themselves counts, in the cache and in browsers: a zone's Browser TTL of four hours
 * would keep an old `master.m3u8` for as long. An answer of 404 is kept for nobody (else three minutes).
 */
export function cacheRule(delivery: Pick<Delivery, 'publicBaseUrl'>): object {
  return {
    description: 'movie-ingest: cache films as their headers say',
    expression: cacheExpression(delivery),
    action: 'set_cache_settings',
    action_parameters: {
      cache: true,
      edge_ttl: {
        mode: 'respect_origin',
        status_code_ttl: [{ status_code_range: { from: 400, to: 599 }, value: 0 }],
      },
      browser_ttl: { mode: 'respect_origin' },
    },
  };
}
