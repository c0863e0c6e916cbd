import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { cutOff } from '../helpers/cut-off.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { type Cinema, NOWHERE, openCinema } from './open-cinema.ts';
import { SOON } from './player-page.ts';

const SECONDS = 26;
const SEGMENT_SECONDS = 6;

describe.skipIf(await isMissing('chromium'))(
  'promise 4: a film that was killed twice plays',
  () => {
    const dir = makeTempDir('e2e-resumed');
    const joins: number[] = [];
    let cinema: Cinema;

    beforeAll(async () => {
      const size = { width: 320, height: 180, seconds: SECONDS };
      const videoArgs = ['-preset', 'veryfast', '-bf', '3'];
      const clip = await makeClip({ dir, name: 'film.mp4', ...size, videoArgs });
      const args = ['add', clip, '--library', dir, '--preset', SMALL, '--json'];
      const env = {
        ...badFfmpeg('slow').env,
        ...NOWHERE,
        MOVIE_INGEST_WORK_DIR: join(dir, 'work'),
        MOVIE_INGEST_STATE_DIR: join(dir, 'state'),
      };
      for (const last of ['180p/seg_00001.ts', '180p/seg_00002.ts']) {
        await cutOff(args, { env, slug: 'film', last });
      }
      const added = await runCli(args, { env });
      expect(added, added.stdout).toMatchObject({ exitCode: 0 });
      const [resumed] = eventsOfType(added, 'resumed');
      // The first of the two runs was gone on with behind its second segment, at the earliest.
      joins.push(2 * SEGMENT_SECONDS, Number(resumed?.['segment']) * SEGMENT_SECONDS);
      cinema = await openCinema(dir);
    });

    afterAll(async () => {
      await cinema?.close();
      removeTempDir(dir);
    });

    test.each(['hls', 'native'] as const)(
      'through the engine "%s": over each join, to its end, in one piece',
      async (engine) => {
        const { ask, play, playFrom, problem } = await cinema.show('film', engine);
        await play();
        expect(await ask<number>('video.duration')).toBeCloseTo(SECONDS, 0);
        for (const join of joins) {
          for (const place of [join - 0.5, join, join - 0.1]) await playFrom(place);
        }
        await expect.poll(() => ask<boolean>('video.ended'), SOON).toBe(true);
        expect(await ask('video.getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
        expect(await problem()).toBe('');
      },
    );
  },
);
