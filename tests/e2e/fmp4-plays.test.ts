import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { CAPTION_SRT, expectCaption } from './caption-at.ts';
import { chooseInMenu } from './choose-in-menu.ts';
import { type Cinema, NOWHERE, openCinema } from './open-cinema.ts';
import { SOON } from './player-page.ts';

const SECONDS = 8;
const HEVC_SECONDS = 2;

describe.skipIf(await isMissing('chromium'))('promise 1: fragmented MP4 plays', () => {
  const dir = makeTempDir('e2e-fmp4');
  let cinema: Cinema;

  beforeAll(async () => {
    await writeFile(join(dir, 'fmp4.vi.srt'), CAPTION_SRT);
    for (const [preset, seconds] of [
      ['fmp4', SECONDS],
      ['hevc', HEVC_SECONDS],
    ] as const) {
      const name = `${preset}.mp4`;
      const clip = await makeClip({ dir, name, seconds, width: 848, height: 480 });
      const added = await runCli(['add', clip, '--library', dir, '--preset', preset], {
        env: NOWHERE,
      });
      expect(added, added.stderr).toMatchObject({ exitCode: 0 });
      expect(added.stderr).not.toMatch(/warning|storyboard/);
    }
    cinema = await openCinema(dir);
  });

  afterAll(async () => {
    await cinema?.close();
    removeTempDir(dir);
  });

  test.each(['hls', 'native'] as const)(
    'H.264 through the engine "%s", from 0 on and in one piece',
    async (engine) => {
      const { requests, ask, play, problem } = await cinema.show('fmp4', engine);
      await play();
      await expect.poll(() => ask<number>('video.currentTime'), SOON).toBeGreaterThan(2);
      expect(await ask('video.getVideoPlaybackQuality().totalVideoFrames')).toBeGreaterThan(0);
      expect([360, 480]).toContain(await ask('video.videoHeight'));
      // Both begin at 0: no hole in front, no time that counts from the muxer's 1.4 s.
      expect(await ask('video.buffered.start(0)')).toBeLessThan(0.05);
      expect(await ask('video.buffered.length')).toBe(1);
      expect(await ask<number>('video.duration')).toBeCloseTo(SECONDS, 0);
      expect(requests.some((url) => url.endsWith('/init.mp4'))).toBe(true);
      expect(requests.some((url) => url.endsWith('.m4s'))).toBe(true);
      expect(await problem()).toBe('');
    },
  );

  test('with a subtitle at its time', async () => {
    const { page, play } = await cinema.show('fmp4');
    await play();
    await expectCaption(page, 'vi');
  });

  test('H.264 in the quality that is chosen', async () => {
    const { page, ask, play } = await cinema.show('fmp4');
    await play();
    await ask('void (video.loop = true)'); // no switch after its end
    for (const height of [480, 360, 480]) {
      await chooseInMenu(page, 'Quality', `${height}p`);
      await expect.poll(() => ask('video.videoHeight'), SOON).toBe(height);
    }
  });

  test('HEVC, which this browser cannot decode: the page says so, and ffmpeg reads every picture', async () => {
    const { problem } = await cinema.show('hevc');
    await expect.poll(problem, SOON).toContain('does not have the codecs of this film');
    const master = join(dir, 'media/videos/hevc/master.m3u8');
    const { streams } = (await runFfprobe(master, ['-show_streams'])) as {
      streams: readonly { codec_name: string; codec_tag_string: string }[];
    };
    const codecs = streams.map((one) => `${one.codec_name} ${one.codec_tag_string}`);
    expect(new Set(codecs)).toEqual(new Set(['hevc hvc1', 'aac mp4a']));
    const numbers = await readFrameNumbers(master);
    expect(numbers).toEqual(Array.from({ length: HEVC_SECONDS * 24 }, (_, number) => number));
  });
});
