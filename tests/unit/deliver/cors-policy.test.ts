import { describe, expect, test } from 'vitest';
import { corsLacks, corsRule, withCorsRule } from '../../../src/deliver/cors-policy.ts';
import type { CorsRule } from '../../../src/model/bucket-rules.ts';

const PAGE = 'https://www.example.com';
const rule = (more: Partial<CorsRule>): CorsRule => ({ ...corsRule([PAGE]), ...more });

describe('CORS of a bucket', () => {
  test('our own rule lets the pages read, and any page where none is named', () => {
    expect(corsLacks([corsRule([PAGE])], [PAGE])).toEqual([]);
    expect(corsLacks([corsRule([])], [])).toEqual([]);
    expect(corsLacks([corsRule([])], [PAGE])).toEqual([]);
  });

  test.each<[string, readonly CorsRule[], RegExp]>([
    ['no rule', [], /may not read/],
    ['another page', [rule({ allowedOrigins: ['https://example.com'] })], /may not read/],
    ['a slash at the end', [rule({ allowedOrigins: [`${PAGE}/`] })], /may not read/],
    ['no HEAD', [rule({ allowedMethods: ['GET'] })], /lacks HEAD$/],
    ['no Range', [rule({ allowedHeaders: [] })], /request header Range/],
    ['no lengths', [rule({ exposeHeaders: ['ETag'] })], /Content-Length and Content-Range/],
    [
      'each in a rule of its own',
      [rule({ allowedMethods: ['GET'] }), rule({ allowedMethods: ['HEAD'] })],
      /one rule that allows all/,
    ],
  ])('%s is found', (_, rules, words) => {
    expect(corsLacks(rules, [PAGE]).join()).toMatch(words);
  });

  test('pages named by a star, and more than enough, are right', () => {
    expect(corsLacks([rule({ allowedOrigins: ['https://*.example.com'] })], [PAGE])).toEqual([]);
    expect(corsLacks([rule({ allowedHeaders: ['*'], exposeHeaders: ['*'] })], [PAGE])).toEqual([]);
  });

  test('a page is not any page', () => {
    expect(corsLacks([corsRule([PAGE])], [])).toEqual(['any page may not read']);
  });

  test('rules of others stay, and ours is not there twice when the pages change', () => {
    const others = rule({ id: 'uploads', allowedMethods: ['PUT'] });
    const first = withCorsRule([others], [PAGE]);
    const next = withCorsRule(first, ['https://app.example.com']);
    expect(next).toEqual([corsRule(['https://app.example.com']), others]);
  });
});
