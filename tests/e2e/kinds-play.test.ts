import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { isMissing } from '../servers/locate.ts';
import { CAPTION_SRT, expectCaption } from './caption-at.ts';
import { chooseInMenu, menuItems } from './choose-in-menu.ts';
import { hearTone } from './hear-tone.ts';
import { type Cinema, NOWHERE, openCinema, type Showing } from './open-cinema.ts';
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

/** A dark room, and a light while the caption is to be read: from 3 to 5 s. */
const LIGHT =
  'color=black:s=320x180:r=24000/1001:d=7,' +
  "geq=lum='if(between(T,2.99,4.99),235,16)':cb=128:cr=128,format=yuv420p";

describe.skipIf(await isMissing('chromium'))('promise 1: films of every kind play', () => {
  const dir = makeTempDir('e2e-kinds');
  let cinema: Cinema;

  beforeAll(async () => {
    const films = [
      await phoneFilm(),
      await hdrFilm(),
      await filmInFiveLanguages(),
      await filmWithCaption(),
    ];
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

  /** As broadcasts and cut films are, it does not begin at 0. */
  async function filmWithCaption(): Promise<string> {
    const [srt, path] = [join(dir, 'caption.srt'), join(dir, 'captions.mkv')];
    writeFileSync(srt, CAPTION_SRT);
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', LIGHT, '-i', srt, '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-c:s', 'srt', '-metadata:s:s:0', 'language=vie', '-output_ts_offset', '7', path],
    ]);
    return path;
  }

  const sizeOf = ({ ask }: Showing) => ask('[video.videoWidth, video.videoHeight]');

  /** Red, green and blue of a place in the picture that is shown. */
  const colourOf = ({ ask }: Showing) =>
    ask<readonly number[]>(
      `(canvas => (canvas.drawImage(video, 0, 0), [...canvas.getImageData(40, 40, 1, 1).data]))
       (document.createElement("canvas").getContext("2d"))`,
    );

  /** Over and over: they are shorter than what is clicked through. */
  async function playInALoop(slug: string) {
    const showing = await cinema.show(slug);
    await showing.page.locator('video').waitFor();
    await showing.ask('void (video.loop = true)');
    await showing.play();
    return showing;
  }

  test('one of a phone, upright and in each quality', async () => {
    const showing = await playInALoop('phone');
    for (const [width, height] of [
      [180, 320],
      [90, 160],
    ]) {
      await chooseInMenu(showing.page, 'Quality', `${width}p`);
      await expect.poll(() => sizeOf(showing), SOON).toEqual([width, height]);
    }
    expect(await showing.problem()).toBe('');
  });

  test('one in HDR, in its own red and not washed out', async () => {
    const showing = await playInALoop('hdr');
    await chooseInMenu(showing.page, 'Quality', '180p');
    await expect.poll(() => sizeOf(showing), SOON).toEqual([320, 180]);
    const [red = 0, green = 0, blue = 0] = await colourOf(showing);
    // Mapped by hable the red of (192, 32, 32) becomes (160, 35, 36); by the matrix alone (118, 76, 61).
    expect(red).toBeGreaterThan(130);
    expect(Math.max(green, blue)).toBeLessThan(red / 2.2);
    expect(await showing.problem()).toBe('');
  });

  test('one in five languages, in each of them', async () => {
    const { page, requests, ask, playFrom, problem } = await playInALoop('languages');
    const chosen = () => page.locator('media-audio-track-menu [aria-checked="true"]').textContent();
    const names = LANGUAGES.map(([, name]) => name);
    await expect.poll(() => menuItems(page, 'Audio'), SOON).toEqual(names);
    expect(await chosen()).toBe('Tiếng Việt');
    for (const [at, [, label, folder]] of [...LANGUAGES.entries()].reverse()) {
      await chooseInMenu(page, 'Audio', label);
      const isFetched = () => requests.some((url) => url.includes(`/${folder}/seg_`));
      await expect.poll(isFetched, SOON).toBe(true);
      await expect.poll(chosen, SOON).toBe(label);
      // Each track has a pitch of its own.
      await expect.poll(() => hearTone(page), SOON).toBe(440 * (at + 1));
    }
    expect([90, 180]).toContain(await ask('video.videoHeight'));
    expect(await ask('video.videoWidth / video.videoHeight')).toBeCloseTo(16 / 9, 2);
    // In the last of them, from the beginning: a loop of 4 s may just be turning.
    await playFrom(0);
    const at = await ask<number>('video.getVideoPlaybackQuality().totalVideoFrames');
    await expect
      .poll(() => ask('video.getVideoPlaybackQuality().totalVideoFrames'), SOON)
      .toBeGreaterThan(at);
    expect(await problem()).toBe('');
  });

  test('one with a subtitle, which comes and goes with its picture', async () => {
    const showing = await playInALoop('captions');
    await expectCaption(showing.page, 'vi');
    const isShown = () =>
      showing.ask(
        `[...video.textTracks].some((one) => one.language === "vi" && (one.activeCues ?? []).length > 0)`,
      );
    const isLight = async () => ((await colourOf(showing))[0] ?? 0) > 128;
    for (const [seconds, isNow] of [
      [2.8, false],
      [3.2, true],
      [4.8, true],
      [5.2, false],
    ] as const) {
      await showing.ask(`void (video.currentTime = ${seconds})`);
      await expect
        .poll(async () => [await isShown(), await isLight()], SOON)
        .toEqual([isNow, isNow]);
    }
    expect(await showing.problem()).toBe('');
  });
});
