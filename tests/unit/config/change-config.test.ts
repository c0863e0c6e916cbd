import { describe, expect, test } from 'vitest';
import { changeConfig } from '../../../src/config/change-config.ts';

describe('changeConfig', () => {
  test('what it is not told of stays, in its order', () => {
    const before = { $schema: 'x', mongodb: { uri: 'a' }, preset: 'fast', r2: { bucket: 'old' } };
    const { config, changes } = changeConfig(before, new Map([['r2.bucket', { value: 'new' }]]));
    expect(JSON.stringify(config)).toBe(JSON.stringify({ ...before, r2: { bucket: 'new' } }));
    expect(changes).toEqual([{ name: 'r2.bucket', kind: 'changed' }]);
    expect(before.r2.bucket).toBe('old');
  });

  test('of a secret only the way stays that is written', () => {
    const before = { r2: { secretAccessKeyFile: '/old' } };
    const news = new Map([
      ['r2.secretAccessKey', { value: 'pass show r2', via: 'command' }],
    ] as const);
    expect(changeConfig(before, news)).toEqual({
      config: { r2: { secretAccessKeyCommand: 'pass show r2' } },
      changes: [
        { name: 'r2.secretAccessKeyFile', kind: 'removed' },
        { name: 'r2.secretAccessKeyCommand', kind: 'new' },
      ],
    });
  });

  test('a section that becomes empty goes, and what is the same is no change', () => {
    const before = { store: 'r2', mongodb: { uri: 'mongodb://h', db: 'x' } };
    const news = new Map([
      ['store', { value: 'r2' }],
      ['mongodb.uri', undefined],
      ['mongodb.db', undefined],
    ] as const);
    const { config, changes } = changeConfig(before, news);
    expect(config).toEqual({ store: 'r2' });
    expect(changes.map(({ kind }) => kind)).toEqual(['removed', 'removed']);
  });
});
