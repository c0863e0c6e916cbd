import { expect, it } from 'vitest';
import { keyShapeProblem } from '../../../src/store/key-shape.ts';
import type { BucketSettings } from '../../../src/store/providers.ts';

const KEY = 'a1'.repeat(16);
const SECRET = 'b2'.repeat(32);

function settings(
  kind: BucketSettings['kind'],
  accessKeyId: string,
  secretAccessKey: string,
): BucketSettings {
  return {
    kind,
    accessKeyId,
    secretAccessKey,
    endpoint: 'https://x.r2.cloudflarestorage.com',
    region: 'auto',
    bucket: 'films',
    publicBaseUrl: 'https://media.example.com',
  };
}

it.each([
  ['r2', KEY, SECRET, undefined],
  ['r2', SECRET, KEY, 'R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY are swapped'],
  [
    'r2',
    'AKIAIOSFODNN7EXAMPLE',
    SECRET,
    /^R2_ACCESS_KEY_ID has 20 characters; it should be 32 hex/,
  ],
  [
    'r2',
    KEY,
    'token-value-of-forty-characters-as-shown',
    /^R2_SECRET_ACCESS_KEY has 40 characters; .*API token/,
  ],
  ['b2', '0'.repeat(25), 'K005anything', undefined],
  ['b2', 'abcdef012345', 'K005anything', /^B2_KEY_ID has 12 characters/],
  ['s3', 'minioadmin', 'minioadmin', undefined],
] as const)('%s key %s', (kind, key, secret, expected) => {
  const problem = keyShapeProblem(settings(kind, key, secret));
  if (expected instanceof RegExp) expect(problem).toMatch(expected);
  else expect(problem).toBe(expected);
});

it('promise 8: neither half is ever told', () => {
  for (const [key, secret] of [
    [SECRET, KEY],
    ['AKIAIOSFODNN7EXAMPLE', SECRET],
    [KEY, 'x'.repeat(40)],
  ] as const) {
    const problem = keyShapeProblem(settings('r2', key, secret)) ?? '';
    expect(problem).not.toContain(key);
    expect(problem).not.toContain(secret);
  }
});
