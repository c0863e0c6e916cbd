import { cacheExpression, cacheRule } from './cache-rule.ts';
import { corsRule } from './cors-policy.ts';
import type { Delivery } from './delivery.ts';
import { LIFECYCLE_RULE } from './lifecycle-policy.ts';
import { refererExpression } from './referer-rule.ts';
import { wranglerConfig } from './wrangler-config.ts';
import { writeGuide } from './write-guide.ts';

export type DeliveryFile = Readonly<{ name: string; text: string }>;

/** All that Cloudflare needs for this bucket and host, as files; `worker` is the text of edge/worker.js. */
export function deliveryFiles(delivery: Delivery, worker: string): readonly DeliveryFile[] {
  const { allowedOrigins, allowedMethods, allowedHeaders, exposeHeaders, maxAgeSeconds } = corsRule(
    delivery.origins,
  );
  const rules = [
    {
      AllowedOrigins: allowedOrigins,
      AllowedMethods: allowedMethods,
      AllowedHeaders: allowedHeaders,
      ExposeHeaders: exposeHeaders,
      MaxAgeSeconds: maxAgeSeconds,
    },
  ];
  const wranglerRules = [
    {
      allowed: { origins: allowedOrigins, methods: allowedMethods, headers: allowedHeaders },
      exposeHeaders,
      maxAgeSeconds,
    },
  ];
  return [
    { name: 'README.md', text: writeGuide(delivery) },
    ...(delivery.kind === 'r2' ? cloudflareFiles(delivery, worker) : []),
    { name: 'cors.json', text: json(rules) },
    delivery.kind === 'r2'
      ? { name: 'cors.wrangler.json', text: json({ rules: wranglerRules }) }
      : { name: 'cors.s3.json', text: json({ CORSRules: rules }) },
    {
      name: 'lifecycle.json',
      text: json({
        Rules: [
          {
            ID: LIFECYCLE_RULE.id,
            Status: 'Enabled',
            Filter: { Prefix: LIFECYCLE_RULE.prefix },
            AbortIncompleteMultipartUpload: {
              DaysAfterInitiation: LIFECYCLE_RULE.abortUploadsAfterDays,
            },
          },
        ],
      }),
    },
  ];
}

function cloudflareFiles(delivery: Delivery, worker: string): readonly DeliveryFile[] {
  const referer = refererExpression(delivery);
  return [
    { name: 'cache-rule.txt', text: `${cacheExpression(delivery)}\n` },
    { name: 'cache-rule.json', text: json(cacheRule(delivery)) },
    ...(referer === undefined ? [] : [{ name: 'referer-rule.txt', text: `${referer}\n` }]),
    { name: 'wrangler.jsonc', text: json(wranglerConfig(delivery)) },
    { name: 'worker.js', text: worker },
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
