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

const SEGMENT_SECONDS = 6;
/** Each run makes some segments more, and is killed with -9 once this one is on disk. */
const LAST_OF_RUN = [1, 2, 3, 4, 5];
const SECONDS = 44;
/** Each run goes on behind the segments that were whole: here at the earliest. */
const JOINS = LAST_OF_RUN.map((last) => (last + 1) * SEGMENT_SECONDS);

describe.skipIf(await isMissing('chromium'))(
  'promise 4: a film that was killed five times plays',
  () => {
    const dir = makeTempDir('e2e-resumed');
    let cinema: Cinema;

    beforeAll(async () => {
      const size = { width: 320, height: 180, seconds: SECONDS };
      const videoArgs = ['-preset', 'veryfast', '-bf', '3'];
      const clip = await makeClip({ dir, name: 'film.mp4', ...size, videoArgs });
      const args = ['add', clip, '--library', dir, '--preset', SMALL, '--json'];
      const ffmpeg = badFfmpeg('slow');
      const env = {
        ...ffmpeg.env,
        ...NOWHERE,
        MOVIE_INGEST_WORK_DIR: join(dir, 'work'),
        MOVIE_INGEST_STATE_DIR: join(dir, 'state'),
      };
      for (const last of LAST_OF_RUN) {
        await cutOff(args, { env, slug: 'film', last: `180p/seg_0000${last}.ts` });
      }
      const added = await runCli(args, { env });
      expect(added, added.stdout).toMatchObject({ exitCode: 0 });
      expect(ffmpeg.encodes()).toBeGreaterThanOrEqual(LAST_OF_RUN.length + 1);
      const [resumed] = eventsOfType(added, 'resumed');
      expect(Number(resumed?.['segment'])).toBeGreaterThanOrEqual(LAST_OF_RUN.at(-1) ?? 0);
      cinema = await openCinema(dir);
    }, 300_000);

    afterAll(async () => {
      await cinema?.close();
      removeTempDir(dir);
    });

    const engines = ['hls', 'native'] as const;

    test.each(engines)(
      'through the engine "%s": from a moment before each join',
      async (engine) => {
        const { ask, play, playFrom, problem } = await cinema.show('film', engine);
        await play();
        expect(await ask<number>('video.duration')).toBeCloseTo(SECONDS, 0);
        for (const join of JOINS) {
          for (const place of [join - 0.5, join, join - 0.1]) await playFrom(place);
        }
        expect(await ask('video.getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
        expect(await problem()).toBe('');
      },
    );

    test.each(engines)('through the engine "%s": from end to end, in one piece', async (engine) => {
      const { ask, play, problem } = await cinema.show('film', engine);
      await play();
      // A player that meets a hole jumps over it by a seek.
      await ask(
        `void (video.jumps = 0, video.onseeking = () => video.jumps++, video.playbackRate = 4)`,
      );
      const limit = { ...SOON, timeout: 90_000 };
      await expect.poll(() => ask<boolean>('video.ended'), limit).toBe(true);
      expect(await ask<number>('video.currentTime')).toBeCloseTo(SECONDS, 0);
      expect(await ask('video.jumps')).toBe(0);
      expect(await ask('video.buffered.length')).toBe(1);
      expect(await ask('video.getVideoPlaybackQuality().corruptedVideoFrames')).toBe(0);
      expect(await problem()).toBe('');
    });
  },
);
