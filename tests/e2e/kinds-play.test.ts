import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { chooseInMenu, menuItems } from './choose-in-menu.ts';
import { type Cinema, NOWHERE, openCinema } from './open-cinema.ts';
import { SOON } from './player-page.ts';

const SECONDS = 4;

/** Names as viewers read them, and the folder of each. */
const LANGUAGES = [
  ['eng', 'English', 'audio-en'],
  ['vie', 'Tiếng Việt', 'audio-vi'],
  ['fra', 'Français', 'audio-fr'],
  ['jpn', '日本語', 'audio-ja'],
  ['ara', 'العربية', 'audio-ar'],
] as const;

/** A wall of one red, as an HDR10 film whose white is 203 nits. */
const HDR_RED =
  'color=c=0xC02020:s=320x180:r=24,format=gbrp,' +
  'setparams=range=pc:color_primaries=bt709:color_trc=iec61966-2-1:colorspace=gbr,' +
  'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020,' +
  'zscale=t=smpte2084:m=bt2020nc:r=tv:npl=203,format=yuv420p10le';

describe.skipIf(await isMissing('chromium'))('promise 1: films of every kind play', () => {
  const dir = makeTempDir('e2e-kinds');
  let cinema: Cinema;

  beforeAll(async () => {
    const films = [await phoneFilm(), await hdrFilm(), await filmInFiveLanguages()];
    const added = await runCli(['add', ...films, '--library', dir, '--preset', SMALL], {
      env: NOWHERE,
    });
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    cinema = await openCinema(dir);
  });

  afterAll(async () => {
    await cinema?.close();
    removeTempDir(dir);
  });

  const small = { dir, width: 320, height: 180, seconds: SECONDS };

  /** Lies on its side in the file, and is to be turned by a quarter. */
  async function phoneFilm(): Promise<string> {
    const lying = await makeClip({ ...small, name: 'lying.mp4' });
    const path = join(dir, 'phone.mp4');
    await runFfmpeg(['-display_rotation', '90', '-i', lying, '-c', 'copy', path]).catch(() =>
      // ffmpeg before 6 has no such option, and takes the tag of old.
      runFfmpeg(['-i', lying, '-c', 'copy', '-metadata:s:v:0', 'rotate=270', path]),
    );
    return path;
  }

  async function hdrFilm(): Promise<string> {
    const path = join(dir, 'hdr.mkv');
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', HDR_RED, '-t', String(SECONDS), '-c:v', 'libx265'],
      ...['-preset', 'ultrafast', '-x265-params', 'log-level=error'],
      ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', path],
    ]);
    return path;
  }

  const filmInFiveLanguages = () =>
    makeClip({
      ...small,
      name: 'languages.mkv',
      audio: LANGUAGES.map(([language], index) => ({ language, isDefault: index === 1 })),
    });

  /** Over and over: they are shorter than what is clicked through. */
  async function playInALoop(slug: string) {
    const showing = await cinema.show(slug);
    await showing.page.locator('video').waitFor();
    await showing.ask('void (video.loop = true)');
    await showing.play();
    return showing;
  }

  test('one of a phone, upright and in each quality', async () => {
    const { page, ask, problem } = await playInALoop('phone');
    for (const [width, height] of [
      [180, 320],
      [90, 160],
    ]) {
      await chooseInMenu(page, 'Quality', `${width}p`);
      await expect
        .poll(() => ask('[video.videoWidth, video.videoHeight]'), SOON)
        .toEqual([width, height]);
    }
    expect(await problem()).toBe('');
  });

  test('one in HDR, in its own red and not washed out', async () => {
    const { ask, problem } = await playInALoop('hdr');
    expect(await ask('video.videoWidth / video.videoHeight')).toBeCloseTo(16 / 9, 2);
    const [red = 0, green = 0, blue = 0] = await ask<readonly number[]>(
      `(canvas => (canvas.drawImage(video, 0, 0), [...canvas.getImageData(40, 40, 1, 1).data]))
       (document.createElement("canvas").getContext("2d"))`,
    );
    // Mapped by hable the red of (192, 32, 32) becomes (160, 35, 36); by the matrix alone (118, 76, 61).
    expect(red).toBeGreaterThan(130);
    expect(Math.max(green, blue)).toBeLessThan(red / 2.2);
    expect(await problem()).toBe('');
  });

  test('one in five languages, in each of them', async () => {
    const { page, requests, ask, playFrom, problem } = await playInALoop('languages');
    const chosen = () => page.locator('media-audio-track-menu [aria-checked="true"]').textContent();
    const names = LANGUAGES.map(([, name]) => name);
    await expect.poll(() => menuItems(page, 'Audio'), SOON).toEqual(names);
    expect(await chosen()).toBe('Tiếng Việt');
    for (const [, label, folder] of [...LANGUAGES].reverse()) {
      await chooseInMenu(page, 'Audio', label);
      const isFetched = () => requests.some((url) => url.includes(`/${folder}/seg_`));
      await expect.poll(isFetched, SOON).toBe(true);
      await expect.poll(chosen, SOON).toBe(label);
    }
    // In the last of them, from the beginning: a loop of 4 s may just be turning.
    await playFrom(0);
    const at = await ask<number>('video.getVideoPlaybackQuality().totalVideoFrames');
    await expect
      .poll(() => ask('video.getVideoPlaybackQuality().totalVideoFrames'), SOON)
      .toBeGreaterThan(at);
    expect(await problem()).toBe('');
  });
});
