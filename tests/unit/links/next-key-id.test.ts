import { expect, test } from 'vitest';
import { nextKeyId } from '../../../src/links/next-key-id.ts';
import { isLinkKeyId } from '../../../src/model/link-key.ts';

test.each([
  ['k1', 'k2'],
  ['k9', 'k10'],
  ['prod', 'prod-2'],
  ['prod-2', 'prod-3'],
  ['2026', '2027'],
  ['abcdefghijklmnop', 'abcdefghijklmn-2'],
  ['k999999999999999', '1000000000000000'],
])('the key after %s is %s, a name that can stand in a link', (id, next) => {
  expect(nextKeyId(id)).toBe(next);
  expect(isLinkKeyId(next)).toBe(true);
});
