import { describe, expect, test } from 'vitest';
import type { Layer } from '../../../src/config/layer.ts';
import { mendAnswers } from '../../../src/config/mend-answers.ts';
import type { SettingName } from '../../../src/config/setting-table.ts';

const ID = '0123456789abcdef'.repeat(2);

const layer = (values: Partial<Record<SettingName, string>>): Layer =>
  new Map(
    Object.entries(values).map(([name, value]) => [
      name as SettingName,
      { value, origin: 'x', place: 'x', baseDir: '/' },
    ]),
  );

const mended = (values: Partial<Record<SettingName, string>>) =>
  Object.fromEntries([...mendAnswers(layer(values)).values].map(([name, it]) => [name, it.value]));

describe('answers are mended where it is sure what was meant', () => {
  test.each([
    [`https://${ID}.r2.cloudflarestorage.com`, { 'r2.accountId': ID }],
    [`${ID}.r2.cloudflarestorage.com/`, { 'r2.accountId': ID }],
    [`https://${ID}.EU.r2.cloudflarestorage.com`, { 'r2.accountId': ID, 'r2.jurisdiction': 'eu' }],
    [
      `https://${ID}.fedramp.r2.cloudflarestorage.com/movies`,
      { 'r2.accountId': ID, 'r2.jurisdiction': 'fedramp', 'r2.bucket': 'movies' },
    ],
  ])('the S3 endpoint of R2 is taken apart: %s', (text, parts) => {
    expect(mended({ 'r2.accountId': text })).toEqual(parts);
    expect(mendAnswers(layer({ 'r2.accountId': text })).notes).toHaveLength(1);
  });

  test.each([ID, 'abc', `https://${ID}.us.r2.cloudflarestorage.com`, 'https://example.com'])(
    '%s stays as it is',
    (text) => {
      expect(mended({ 'r2.accountId': text })).toEqual({ 'r2.accountId': text });
    },
  );

  test('an endpoint without a jurisdiction takes away the one that was there', () => {
    const text = `https://${ID}.r2.cloudflarestorage.com`;
    expect(mended({ 'r2.accountId': text, 'r2.jurisdiction': 'eu' })).toEqual({
      'r2.accountId': ID,
    });
  });

  test.each([
    ['media.example.com', 'https://media.example.com'],
    ['media.example.com/films', 'https://media.example.com/films'],
    ['http://media.example.com', 'http://media.example.com'],
    ['not an address', 'not an address'],
  ])('a public address gets its scheme: %s', (text, url) => {
    expect(mended({ 'b2.publicUrl': text })).toEqual({ 'b2.publicUrl': url });
  });
});
