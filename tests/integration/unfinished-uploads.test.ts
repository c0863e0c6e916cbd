import { beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBucket, type TestBucket } from '../contract/store-bucket.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const s3 = inject('s3');

describe.skipIf(s3 === undefined)('uploads in parts that a kill -9 left', () => {
  let bucket: TestBucket;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    if (s3 === undefined) return;
    bucket = await makeBucket(s3);
    env = newUser(s3Env(bucket.settings)).env;
  });

  test('doctor finds them, doctor --clean aborts them, and then there are none', async () => {
    await bucket.beginUpload('videos/film/r-0123456789/90p/seg_00001.ts');
    await bucket.beginUpload('videos/other/r-0123456789/90p/seg_00001.ts');
    const found = await runCli(['doctor'], { env });
    expect(found.exitCode, found.stdout).toBe(0);
    expect(found.stdout).toMatch(/! uploads +2 unfinished uploads/);
    expect(found.stdout).toContain('movie-ingest doctor --clean');
    expect(await bucket.openUploads()).toBe(2);
    const cleaned = await runCli(['doctor', '--clean'], { env });
    expect(cleaned.stdout).toMatch(/✔ uploads +2 unfinished uploads aborted/);
    expect(await bucket.openUploads()).toBe(0);
    const clean = await runCli(['doctor', '--clean'], { env });
    expect(clean.stdout).toMatch(/✔ uploads +none was left unfinished/);
  });

  test('add takes back those of its own film, and of no other', async () => {
    const film = await makeClip({
      dir: makeTempDir('films'),
      name: 'film.mp4',
      width: 160,
      height: 90,
      seconds: 3,
    });
    const planned = await runCli(['plan', film, '--json'], { env });
    const revision = /"revision": ?"([^"]+)"/.exec(planned.stdout)?.[1];
    expect(revision, planned.stdout).toBeDefined();
    await bucket.beginUpload(`videos/film/${revision}/90p/seg_00000.ts`);
    await bucket.beginUpload('videos/other/r-0123456789/90p/seg_00001.ts');
    const run = await runCli(['add', film], { env });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await bucket.openUploads()).toBe(1);
  });
});
