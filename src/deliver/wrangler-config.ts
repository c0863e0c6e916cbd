import { type Delivery, hostOf, jurisdictionOf } from './delivery.ts';

/** Six hours: a film that was begun in time plays to its end, with a pause in it. */
const SESSION_GRACE_SECONDS = 21_600;

/** `wrangler.jsonc` for `edge/worker.js`. The secret is not in it: `wrangler secret put SIGNING_KEYS`. */
export function wranglerConfig(delivery: Delivery): object {
  const jurisdiction = jurisdictionOf(delivery);
  return {
    name: `media-${delivery.bucket}`
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-')
      .slice(0, 54),
    main: 'worker.js',
    compatibility_date: '2026-04-01',
    workers_dev: false,
    preview_urls: false,
    routes: [{ pattern: hostOf(delivery), custom_domain: true }],
    r2_buckets: [
      {
        binding: 'MEDIA',
        bucket_name: delivery.bucket,
        ...(jurisdiction === undefined ? {} : { jurisdiction }),
      },
    ],
    vars: {
      SESSION_GRACE: String(SESSION_GRACE_SECONDS),
      ...(delivery.origins.length === 0 ? {} : { ALLOWED_ORIGINS: delivery.origins.join(',') }),
    },
  };
}
