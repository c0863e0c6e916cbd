import { describe, expect, test } from 'vitest';
import {
  LIFECYCLE_RULE,
  lifecycleLacks,
  withLifecycleRule,
} from '../../../src/deliver/lifecycle-policy.ts';

describe('the lifecycle of a bucket', () => {
  test("ours is enough, and so is R2's own default for the whole bucket", () => {
    expect(lifecycleLacks([LIFECYCLE_RULE])).toEqual([]);
    expect(lifecycleLacks([{ ...LIFECYCLE_RULE, id: 'default', prefix: '' }])).toEqual([]);
  });

  test.each([
    ['none', []],
    ['one that is switched off', [{ ...LIFECYCLE_RULE, isEnabled: false }]],
    ['one for something else', [{ ...LIFECYCLE_RULE, prefix: 'backups/' }]],
    ['one that waits for a month', [{ ...LIFECYCLE_RULE, abortUploadsAfterDays: 30 }]],
  ])('%s leaves unfinished uploads to be paid for', (_, rules) => {
    expect(lifecycleLacks(rules)).toEqual(['unfinished uploads are not aborted within 7 days']);
  });

  test.each([[''], ['videos/'], ['videos/phim-01/'], ['posters/']])(
    'a rule that lets "%s" expire deletes films, and is named',
    (prefix) => {
      const expiring = { ...LIFECYCLE_RULE, id: 'old', prefix, expires: true };
      expect(lifecycleLacks([LIFECYCLE_RULE, expiring])).toEqual([
        'rule "old" deletes films when they are old',
      ]);
    },
  );

  test('rules of others stay, and ours is there once', () => {
    const others = { ...LIFECYCLE_RULE, id: 'others', prefix: 'backups/', expires: true };
    const once = withLifecycleRule([others]);
    expect(withLifecycleRule(once)).toEqual([LIFECYCLE_RULE, others]);
    expect(lifecycleLacks(once)).toEqual([]);
  });
});
