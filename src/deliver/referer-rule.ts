import { type Delivery, hostOf } from './delivery.ts';

/**
 * A WAF custom rule (action: Block) against pages that embed films. `starts_with` with the slash at the
 * end: `contains "example.com"` would let example.com.evil.net pass (storage-delivery.md §4.6). Undefined
 * where any page may play.
 */
export function refererExpression(delivery: Delivery): string | undefined {
  if (delivery.origins.length === 0) return undefined;
  const others = delivery.origins.map((it) => `not starts_with(http.referer, "${it}/")`);
  return `(http.host eq "${hostOf(delivery)}" and http.referer ne "" and ${others.join(' and ')})`;
}

/** What is to be known of it by whoever relies on it. */
export const REFERER_LIMITS = [
  'An empty Referer must pass: AVPlayer, ExoPlayer and Flutter send none, and browsers may leave it out.',
  'So a page that embeds films with referrerpolicy="no-referrer" passes as well, and whoever writes a program sends what he likes.',
  "Cloudflare's own Hotlink Protection does not do it: it covers gif, ico, jpg, jpeg and png, no playlist and no segment.",
  'It keeps careless pages away. What keeps films private are links that expire.',
];
