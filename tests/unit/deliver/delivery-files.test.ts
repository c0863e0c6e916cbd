import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../src/deliver/delivery.ts';
import { deliveryFiles } from '../../../src/deliver/delivery-files.ts';
import { refererExpression } from '../../../src/deliver/referer-rule.ts';
import { writeGuide } from '../../../src/deliver/write-guide.ts';

const DELIVERY: Delivery = {
  kind: 'r2',
  bucket: 'movies',
  endpoint: `https://${'a'.repeat(32)}.eu.r2.cloudflarestorage.com`,
  publicBaseUrl: 'https://media.example.com',
  origins: ['https://www.example.com', 'https://app.example.com'],
  isSigned: false,
};

describe('what Cloudflare needs', () => {
  test('names this bucket, this host and these pages, and nothing is left to fill in but the zone', () => {
    const guide = writeGuide(DELIVERY);
    expect(guide).toContain('r2 bucket domain add movies --domain media.example.com');
    expect(guide).toContain('http.host eq "media.example.com"');
    expect(guide).toContain('https://www.example.com, https://app.example.com');
    expect(guide).toContain('--jurisdiction eu');
    expect(guide).not.toMatch(/undefined|\[object/);
  });

  test('the account that the endpoint names is in none of it', () => {
    for (const isSigned of [true, false]) {
      const files = deliveryFiles({ ...DELIVERY, isSigned }, '');
      expect(JSON.stringify(files)).not.toContain('a'.repeat(32));
    }
  });

  test('the Cache Rule has the segments and playlists of every preset', () => {
    const rule = fileOf('cache-rule.txt');
    for (const ending of ['.ts', '.m4s', '.mp4', '.m3u8', '.vtt'])
      expect(rule).toContain(`"${ending}"`);
    expect(JSON.parse(fileOf('cache-rule.json'))).toMatchObject({
      expression: rule.trim(),
      action: 'set_cache_settings',
    });
  });

  test('with a signing key the bucket is private and the Worker has host, bucket and pages', () => {
    const guide = writeGuide({ ...DELIVERY, isSigned: true });
    expect(guide).not.toContain('bucket domain add');
    expect(guide).toContain('dev-url disable movies');
    expect(JSON.parse(fileOf('wrangler.jsonc'))).toMatchObject({
      routes: [{ pattern: 'media.example.com', custom_domain: true }],
      r2_buckets: [{ binding: 'MEDIA', bucket_name: 'movies', jurisdiction: 'eu' }],
      vars: { ALLOWED_ORIGINS: 'https://www.example.com,https://app.example.com' },
    });
  });

  test('the Referer rule lets whoever sends none pass, takes no look-alike, and says what it cannot do', () => {
    expect(refererExpression(DELIVERY)).toBe(
      '(http.host eq "media.example.com" and http.referer ne "" and not starts_with(http.referer, "https://www.example.com/") and not starts_with(http.referer, "https://app.example.com/"))',
    );
    expect(refererExpression({ ...DELIVERY, origins: [] })).toBeUndefined();
    expect(writeGuide(DELIVERY)).toMatch(/cannot do:[\s\S]*no-referrer/);
  });

  test('of a bucket elsewhere only what every S3 has is said', () => {
    const guide = writeGuide({ ...DELIVERY, kind: 's3' });
    expect(guide).toContain('not at R2');
    expect(guide).not.toContain('wrangler');
    expect(guide).not.toMatch(/R2 does so|R2: the bucket/);
    const files = deliveryFiles({ ...DELIVERY, kind: 's3' }, '');
    const names = files.map(({ name }) => name);
    expect(names).not.toContain('worker.js');
    // The commands for those whose key may not name files that are there.
    for (const [, name = ''] of guide.matchAll(/file:\/\/(\S+)/g)) expect(names).toContain(name);
    expect(guide).toContain(
      'put-bucket-cors --bucket movies --cors-configuration file://cors.s3.json',
    );
    const s3Cors = files.find(({ name }) => name === 'cors.s3.json')?.text ?? '{}';
    expect(JSON.parse(s3Cors)).toMatchObject({ CORSRules: [{ AllowedMethods: ['GET', 'HEAD'] }] });
  });

  test('r2.dev is called what it is', () => {
    const publicBaseUrl = 'https://pub-0123.r2.dev';
    expect(writeGuide({ ...DELIVERY, publicBaseUrl })).toContain('address for trying out');
    expect(writeGuide(DELIVERY)).not.toContain('address for trying out');
  });
});

function fileOf(name: string): string {
  const file = deliveryFiles(DELIVERY, 'worker').find((it) => it.name === name);
  return file?.text ?? '';
}
