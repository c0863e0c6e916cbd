import { describe, expect, inject, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { newUser } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';

const s3 = inject('s3');

describe.skipIf(s3 === undefined)('movie-ingest link --presign, on a real S3 server', async () => {
  if (s3 === undefined) return;
  const { settings } = await makeBucket(s3);
  const body = Buffer.from('a picture');
  const headers = { contentType: 'image/jpeg', cacheControl: 'public, max-age=86400' };
  const store = await openStore(settings, { concurrency: 2 });
  for (const key of ['posters/phim-01.jpg', 'videos/phim-01/master.m3u8']) {
    await store.put({ key, body, ...headers }, {});
  }
  await store.close();
  const { env } = newUser(s3Env(settings));
  const presign = (...args: string[]) => runCli(['link', '--presign', ...args], { env });

  test('gives this object to whoever has the address, and no other', async () => {
    const { exitCode, stdout, stderr } = await presign('posters/phim-01.jpg', '--ttl', '24h');
    expect(exitCode, stderr).toBe(0);
    const url = stdout.trim();
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'a picture']);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('86400');
    const status = async (other: string) => (await fetch(other)).status;
    expect(await status(url.replace('X-Amz-Expires=86400', 'X-Amz-Expires=90000'))).toBe(403);
    expect(await status(url.replace('posters/phim-01.jpg', 'videos/phim-01/master.m3u8'))).toBe(
      403,
    );
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect(stdout + stderr).not.toContain(settings.secretAccessKey);
    expect(stderr).toContain('the id of the access key');
  });

  test('says that a playlist will not play', async () => {
    const { exitCode, stderr } = await presign('videos/phim-01/master.m3u8');
    expect([exitCode, stderr.includes('it will not play')]).toEqual([0, true]);
  });

  test.each(['posters/none.jpg', '../etc/passwd', 'posters/Ünknown.jpg'])(
    '%s: there is no such object, and no address',
    async (key) => {
      const { exitCode, stdout } = await presign(key);
      expect([exitCode === 2 || exitCode === 6, stdout]).toEqual([true, '']);
    },
  );

  test('--json has it on one line', async () => {
    const { stdout } = await presign('posters/phim-01.jpg', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'presigned',
      key: 'posters/phim-01.jpg',
      seconds: 7_200,
    });
  });
});
