import { describe, expect, test } from 'vitest';
import { judgeHost } from '../../../src/deliver/judge-host.ts';

const kinds = (publicBaseUrl: string) =>
  judgeHost({ publicBaseUrl, withoutToken: undefined }).map(({ kind }) => kind);

describe('a public address as such', () => {
  test.each([
    ['https://media.example.com', []],
    ['https://pub-0123.r2.dev', ['r2.dev']],
    ['https://r2.dev.example.com', []],
    ['http://media.example.com', ['no TLS']],
    ['http://127.0.0.1:4680', []],
    ['http://localhost:4680', []],
  ])('%s', (url, expected) => {
    expect(kinds(url)).toEqual(expected);
  });

  test('without a token nothing may come', () => {
    const answer = (status: number) => ({ status, headers: {}, bytes: 0, md5: '' });
    const publicBaseUrl = 'https://media.example.com';
    const faults = (status: number) =>
      judgeHost({ publicBaseUrl, withoutToken: answer(status) }).length;
    expect([200, 206, 403, 404].map(faults)).toEqual([1, 1, 0, 0]);
  });
});
