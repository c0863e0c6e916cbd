import { expect, test } from 'vitest';
import { isOwnHost } from '../../../src/preview/own-host.ts';

test.each(['127.0.0.1:4680', 'localhost:4680', 'LocalHost:4680', '[::1]:4680'])(
  '%s is us',
  (host) => {
    expect(isOwnHost(host, 4680)).toBe(true);
  },
);

test.each([
  undefined,
  '',
  '127.0.0.1',
  '127.0.0.1:4681',
  'evil.example:4680',
  'localhost.evil.example:4680',
  '127.0.0.1:4680.evil.example',
  'a@127.0.0.1:4680',
])('%s is somebody else', (host) => {
  expect(isOwnHost(host, 4680)).toBe(false);
});

test('on port 80 browsers leave the port out', () => {
  expect(isOwnHost('localhost', 80)).toBe(true);
  expect(isOwnHost('localhost:80', 80)).toBe(true);
});
