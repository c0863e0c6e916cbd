import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { chooseInMenu } from './choose-in-menu.ts';
import { type Cinema, NOWHERE, openCinema } from './open-cinema.ts';
import { SOON } from './player-page.ts';

const SECONDS = 14;
/** Where an editor put them: segments of 7.1 and 6.4 s, and a short one. */
const KEY_SECONDS = [0, 3.5, 7.1, 10.2, 13.5];
const CUTS = [7.083, 13.5];

describe.skipIf(await isMissing('chromium'))('promise 1: a film with a copied rung plays', () => {
  const dir = makeTempDir('e2e-copied');
  let cinema: Cinema;

  beforeAll(async () => {
    const keys = ['-force_key_frames', KEY_SECONDS.join(), '-g', '96', '-sc_threshold', '0'];
    const clip = await makeClip({
      dir,
      name: 'film.mp4',
      width: 320,
      height: 180,
      seconds: SECONDS,
      videoArgs: ['-preset', 'veryfast', '-profile:v', 'high', '-bf', '3', ...keys],
    });
    const added = await runCli(['add', clip, '--library', dir, '--preset', SMALL], {
      env: { ...NOWHERE, MOVIE_INGEST_COPY: 'auto' },
    });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    const document = readFileSync(join(dir, 'catalog/film.json'), 'utf8');
    expect(JSON.parse(document).renditions).toMatchObject([{}, { copied: true }]);
    cinema = await openCinema(dir);
  });

  afterAll(async () => {
    await cinema?.close();
    removeTempDir(dir);
  });

  test.each(['hls', 'native'] as const)(
    'through the engine "%s", on both sides of each cut, in one piece',
    async (engine) => {
      const { ask, play, playFrom, problem } = await cinema.show('film', engine);
      await play();
      expect(await ask<number>('video.duration')).toBeCloseTo(SECONDS, 0);
      for (const cut of CUTS) {
        await playFrom(cut - 0.3);
        await playFrom(cut);
      }
      // From the last cut back to the first: nothing between them was lost.
      await playFrom(CUTS[0] ?? 0);
      await expect.poll(() => ask<number>('video.currentTime'), SOON).toBeGreaterThan(8);
      expect(await ask('video.getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
      expect(await problem()).toBe('');
    },
  );

  test('from the copied rung to the encoded one and back', async () => {
    const { page, ask, play, problem } = await cinema.show('film');
    await play();
    for (const [width, height] of [
      [320, 180],
      [160, 90],
      [320, 180],
    ]) {
      await chooseInMenu(page, 'Quality', `${height}p`);
      await expect
        .poll(() => ask('[video.videoWidth, video.videoHeight]'), SOON)
        .toEqual([width, height]);
    }
    expect(await problem()).toBe('');
  });
});
