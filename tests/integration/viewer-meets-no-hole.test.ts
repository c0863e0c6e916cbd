import { describe, expect, inject, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { FolderStore } from '../../src/store/folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeBucket } from '../contract/store-bucket.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startViewer } from '../helpers/viewer.ts';

const s3 = inject('s3');

describe('promise 2: nobody ever sees half a film', () => {
  test('a viewer who polls a folder store during add and add --force', async () => {
    const home = makeTempDir('home');
    const mediaDir = `${home}/library/media`;
    await ingestTwiceWhileWatched(
      new FolderStore({ kind: 'folder', dir: mediaDir, publicBaseUrl: 'http://127.0.0.1:4680' }),
      { HOME: home, MOVIE_INGEST_LIBRARY: `${home}/library` },
    );
  });

  test.skipIf(s3 === undefined)(
    'a viewer who polls a bucket during add and add --force',
    async () => {
      if (s3 === undefined) return;
      const { settings } = await makeBucket(s3);
      await ingestTwiceWhileWatched(await openStore(settings, { concurrency: 4 }), {
        HOME: makeTempDir('home'),
        S3_ENDPOINT: s3.endpoint,
        S3_REGION: s3.region,
        S3_BUCKET: settings.bucket,
        S3_ACCESS_KEY_ID: s3.accessKeyId,
        S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
        S3_PUBLIC_URL: settings.publicBaseUrl,
      });
    },
  );

  async function ingestTwiceWhileWatched(store: Store, env: Record<string, string>) {
    const film = await makeClip({ dir: makeTempDir('films'), name: 'film.mp4', seconds: 14 });
    const viewer = startViewer(store, 'videos/film/master.m3u8');
    const added = await runCli(['add', film, '--preset', 'fast'], { env });
    const again = await runCli(['add', film, '--preset', 'fast', '--force'], { env });
    const seen = await viewer.stop();
    expect([added.exitCode, again.exitCode], added.stderr + again.stderr).toEqual([0, 0]);
    expect(seen.holes).toEqual([]);
    expect(seen.masters).toHaveLength(2);
    expect(seen.walks).toBeGreaterThan(2);
  }
});
