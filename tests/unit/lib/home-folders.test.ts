import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { homeFolders } from '../../../src/lib/home-folders.ts';

const noEntry = () => {
  throw new Error('ENOENT: uv_os_get_passwd'); // what userInfo() does for a user without an entry
};

describe('homeFolders', () => {
  it.each([
    [{ HOME: '/home/a' }, '/home/a'],
    [{ HOME: '/home/a/' }, '/home/a'],
    [{ HOME: '' }, '/home/cron'],
    [{}, '/home/cron'],
  ])('%j: home is %s', (env, home) => {
    expect(homeFolders({ env, platform: 'linux' }, () => '/home/cron').home).toBe(home);
  });

  it.each([noEntry, () => ''])(
    'without any home, says what to set when a folder needs it',
    (lookUp) => {
      const folders = homeFolders({ env: {}, platform: 'linux' }, lookUp);
      expect(folders.home).toBeUndefined();
      expect(folders.config()).toBeUndefined();
      for (const folder of [folders.data, folders.state, folders.cache, folders.movies]) {
        expect(folder).toThrow(IngestError);
      }
    },
  );

  it('without any home, XDG folders still do', () => {
    const env = { XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/c' };
    const folders = homeFolders({ env, platform: 'linux' }, noEntry);
    expect([folders.movies(), folders.state(), folders.cache()]).toEqual(['/d', '/s', '/c']);
  });
});
