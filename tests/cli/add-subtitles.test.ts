import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Manifest } from '../../src/model/manifest.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfmpeg, runFfprobe } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { hasPart } from '../helpers/tested-ffmpeg.ts';
import { writePgs } from '../helpers/write-pgs.ts';
import { parseStrictly } from '../unit/hls/parse-strictly.ts';

const PRESET = join(import.meta.dirname, '../fixtures/presets/tiny.json');

/** Encoders are tried once. */
const stateDir = makeTempDir('state');

type Added = Readonly<{ stdout: string; stderr: string; revisionDir: string; master: string }>;

/** Into a library of its own, or the one of before. */
async function add(film: string, args: readonly string[] = [], library?: string): Promise<Added> {
  const dir = library ?? makeTempDir('library');
  const slug = 'film';
  const { exitCode, stdout, stderr } = await runMain(
    ['add', film, '--slug', slug, '--library', dir, '--preset', PRESET, ...args],
    { env: { MOVIE_INGEST_STATE_DIR: stateDir } },
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const folder = join(dir, 'media/videos', slug);
  const master = readFileSync(join(folder, 'master.m3u8'), 'utf8');
  const revision = /^(r-[^/]+)\//m.exec(master)?.[1] ?? '';
  return { stdout, stderr, revisionDir: join(folder, revision), master };
}

type Sample = Readonly<{ frame: number; level: number }>;

/** PTS in seconds of the pictures of a rendition whose middle is white. */
async function flashesOf(revisionDir: string): Promise<readonly number[]> {
  const folder = readdirSync(revisionDir).filter((name) => /^\d+p$/.test(name))[0] ?? '';
  const dir = join(revisionDir, folder);
  const segments = readdirSync(dir).filter((name) => name.endsWith('.ts'));
  const times: number[] = [];
  for (const segment of segments.toSorted()) {
    const { stdout } = await runFfmpeg([
      ...['-copyts', '-i', join(dir, segment), '-map', '0:v'],
      ...['-vf', 'crop=16:16:iw/2-8:ih/2-8,scale=1:1,format=gray', '-fps_mode', 'passthrough'],
      ...['-f', 'rawvideo', '-'],
    ]);
    const { packets } = (await runFfprobe(join(dir, segment), [
      ...['-select_streams', 'v', '-show_entries', 'packet=pts_time'],
    ])) as { packets: readonly { pts_time: string }[] };
    const pts = packets.map((packet) => Number(packet.pts_time)).toSorted((a, b) => a - b);
    const samples = [...stdout].map((level, frame): Sample => ({ frame, level }));
    times.push(...samples.filter(({ level }) => level > 200).map(({ frame }) => pts[frame] ?? 0));
  }
  return times;
}

/** Where the cues are on the clock of the segments, by X-TIMESTAMP-MAP as a player reads it. */
function cueSpans(vtt: string): readonly (readonly [number, number])[] {
  const [, mpeg = '', ...local] =
    /X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:(\d+):(\d+):(\d+\.\d+)/.exec(vtt) ?? [];
  const seconds = ([h, m, s]: readonly (string | undefined)[]) =>
    Number(h) * 3600 + Number(m) * 60 + Number(s);
  const shift = Number(mpeg) / 90_000 - seconds(local);
  return [...vtt.matchAll(/^(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)/gm)].map(
    (match) => [seconds(match.slice(1, 4)) + shift, seconds(match.slice(4, 7)) + shift] as const,
  );
}

/** White from 2.5 to 3 s and from 7 to 8 s, and a text that says so. */
const FLASH = "geq=lum='if(between(T,2.5,2.999)+between(T,7,7.999),235,16)':cb=128:cr=128";
const SAYS_FLASH =
  '1\n00:00:02,500 --> 00:00:03,000\n<i>Chớp</i> một\n\n2\n00:00:07,000 --> 00:00:08,000\nChớp & hai\n';

/** A film that flashes, with its text as a track. */
async function flashFilm(
  name: string,
  { rate, subtitle, options = [] }: { rate: string; subtitle: string; options?: readonly string[] },
): Promise<string> {
  const dir = makeTempDir('flash');
  writeFileSync(join(dir, 'text.srt'), SAYS_FLASH);
  const path = join(dir, name);
  await runFfmpeg([
    ...['-f', 'lavfi', '-i', `color=black:size=160x90:rate=${rate}:duration=9,${FLASH}`],
    ...['-f', 'lavfi', '-i', 'sine=duration=9', '-i', join(dir, 'text.srt')],
    ...['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', subtitle, '-metadata:s:s:0', 'language=vie'],
    ...options,
    path,
  ]);
  return path;
}

describe('a text comes with the picture that it belongs to, within 100 ms', () => {
  test.each([
    ['Matroska at 24 fps', 'film.mkv', { rate: '24', subtitle: 'srt' }],
    [
      'Matroska that begins at 7 s',
      'film.mkv',
      { rate: '24000/1001', subtitle: 'ass', options: ['-output_ts_offset', '7'] },
    ],
    ['MP4 at 29.97 fps', 'film.mp4', { rate: '30000/1001', subtitle: 'mov_text' }],
  ] as const)('%s', async (_, name, kind) => {
    const film = await flashFilm(name, kind);
    const { revisionDir, master } = await add(film);
    expect(master).toContain('NAME="Tiếng Việt",LANGUAGE="vi"');
    const vtt = readFileSync(join(revisionDir, 'subs-vi/subtitles.vtt'), 'utf8');
    expect(vtt).toContain('<i>Chớp</i> một');
    expect(vtt).toContain('Chớp &amp; hai');
    const flashes = await flashesOf(revisionDir);
    expect(flashes.length).toBeGreaterThan(20);
    const spans = cueSpans(vtt);
    expect(spans).toHaveLength(2);
    for (const [start, end] of spans) {
      const shown = flashes.filter((pts) => pts > start - 0.3 && pts < end + 0.3);
      expect(Math.abs(Math.min(...shown) - start)).toBeLessThan(0.1);
      expect(Math.abs(Math.max(...shown) - end)).toBeLessThan(0.1);
    }
  });
});

describe('the text of an MP4 that was made without encoding', () => {
  test.each([
    ['cut in the middle of a silence', ['-ss', '1.3'], []],
    ['in fragments', [], ['-movflags', '+frag_keyframe+empty_moov']],
  ] as const)('%s comes with its picture', async (_, before, after) => {
    const whole = await flashFilm('whole.mp4', { rate: '24', subtitle: 'mov_text' });
    const film = join(dirname(whole), 'film.mp4');
    await runFfmpeg([...before, '-i', whole, '-map', '0', '-c', 'copy', ...after, film]);
    const { revisionDir } = await add(film);
    const vtt = readFileSync(join(revisionDir, 'subs-vi/subtitles.vtt'), 'utf8');
    const flashes = await flashesOf(revisionDir);
    const spans = cueSpans(vtt);
    expect(spans).toHaveLength(2);
    for (const [start, end] of spans) {
      const shown = flashes.filter((pts) => pts > start - 0.3 && pts < end + 0.3);
      expect(Math.abs(Math.min(...shown) - start)).toBeLessThan(0.1);
    }
  });
});

describe('a film with files beside it', () => {
  let film: string;
  let library: string;
  let added: Added;

  beforeAll(async () => {
    const dir = makeTempDir('films');
    film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 3 });
    const at = '1\n00:00:01,000 --> 00:00:02,000\n';
    writeFileSync(join(dir, 'film.vi.srt'), Buffer.from(`\ufeff${at}Xin chào`, 'utf16le'));
    writeFileSync(join(dir, 'film.en.forced.srt'), `${at}SIGN`);
    writeFileSync(
      join(dir, 'film.en.sdh.default.vtt'),
      'WEBVTT\n\n00:01.000 --> 00:02.000\n(sighs)\n',
    );
    writeFileSync(join(dir, 'film.de.srt'), 'no subtitles at all');
    writeFileSync(join(dir, 'film.sup'), 'PG');
    library = makeTempDir('library');
    added = await add(film, [], library);
  });

  test('offers each of them by language, forced and SDH, at most one as default', () => {
    const lines = added.master.split('\n').filter((line) => line.includes('TYPE=SUBTITLES'));
    const revision = added.revisionDir.replace(/.*\//, '');
    expect(lines).toStrictEqual([
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English (Forced)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="${revision}/subs-en/index.m3u8"`,
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English (SDH)",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="${revision}/subs-en-2/index.m3u8"`,
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Tiếng Việt",LANGUAGE="vi",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="${revision}/subs-vi/index.m3u8"`,
    ]);
    expect(added.master.match(/^#EXT-X-STREAM-INF.*SUBTITLES="subs"/gm)).not.toBeNull();
    parseStrictly(added.master);
    parseStrictly(readFileSync(join(added.revisionDir, 'subs-vi/index.m3u8'), 'utf8'));
  });

  test('says what it passed over', () => {
    expect(added.stderr).toContain('film.de.srt is ignored: it is neither SubRip, WebVTT nor ASS');
    expect(added.stderr).toContain('film.sup is ignored: its subtitles are pictures');
  });

  test('has all of it in its manifest', () => {
    const { objects, movie } = manifestOf(added);
    const files = objects.filter(({ key }) => /subs-|storyboard|chapters/.test(key));
    expect(
      files.map(({ key, content_type }) => [key.replace(/.*r-\w+\//, ''), content_type]),
    ).toStrictEqual([
      ['storyboard/sheet_001.jpg', 'image/jpeg'],
      ['storyboard/storyboard.vtt', 'text/vtt; charset=utf-8'],
      ...['subs-en-2', 'subs-en', 'subs-vi'].flatMap((name) => [
        [`${name}/index.m3u8`, 'application/vnd.apple.mpegurl'],
        [`${name}/subtitles.vtt`, 'text/vtt; charset=utf-8'],
      ]),
    ]);
    expect(JSON.stringify(movie)).toContain('subs-vi/subtitles.vtt');
  });

  test('is left alone the next time, and published anew when a subtitle is added or changed', async () => {
    const again = await add(film, [], library);
    expect(again.revisionDir).toBe(added.revisionDir);
    writeFileSync(join(dirname(film), 'film.fr.srt'), '1\n00:00:01,000 --> 00:00:02,000\nOui\n');
    const more = await add(film, [], library);
    expect(more.revisionDir).not.toBe(added.revisionDir);
    expect(more.master).toContain('LANGUAGE="fr"');
  });
});

function manifestOf({ revisionDir }: Added): Manifest {
  return Manifest.parse(JSON.parse(readFileSync(join(revisionDir, 'manifest.json'), 'utf8')));
}

describe('--burn-subtitle', () => {
  let film: string;
  let plain: Added;

  beforeAll(async () => {
    const texts = await flashFilm('film.mkv', { rate: '24', subtitle: 'srt' });
    film = join(makeTempDir('pictures'), 'film.mkv');
    const sup = join(dirname(texts), 'pictures.sup');
    writeFileSync(sup, writePgs({ width: 160, height: 90, startSeconds: 0, endSeconds: 2 }));
    await runFfmpeg([
      ...['-i', texts, '-itsoffset', '4', '-i', sup, '-map', '0', '-map', '1', '-c', 'copy'],
      ...['-metadata:s:s:1', 'language=eng', film],
    ]);
    plain = await add(film);
  });

  /** How much darker the film is at a time than without a subtitle in its picture. */
  const darkerAt = async ({ revisionDir }: Added, seconds: number) =>
    (await brightness(plain.revisionDir, seconds)) - (await brightness(revisionDir, seconds));

  test('without it a picture track is named and left out', () => {
    expect(plain.stderr).toMatch(/Subtitle 2 \(PGS, en\) is a picture format and is skipped/);
    expect(plain.master.match(/TYPE=SUBTITLES/g)).toHaveLength(1);
  });

  test('draws a text track, and offers it no more; or says that this ffmpeg cannot', async () => {
    if (!(await hasPart('filters', 'subtitles'))) {
      const { exitCode, stderr } = await runMain(['plan', film, '--burn-subtitle', '1']);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
      expect(stderr).toContain('built without libass');
      return;
    }
    const burnt = await add(film, ['--burn-subtitle', '1']);
    expect(burnt.master).not.toContain('TYPE=SUBTITLES');
    // The letters have a dark border on the white picture of 7.5 s; at 1 s there are none.
    expect(await darkerAt(burnt, 7.5)).toBeGreaterThan(0.5);
    expect(Math.abs(await darkerAt(burnt, 1))).toBeLessThan(1);
  });

  test('draws a picture track, at its time', async () => {
    const burnt = await add(film, ['--burn-subtitle', '2']);
    expect(burnt.master).toContain('LANGUAGE="vi"');
    expect(await darkerAt(burnt, 5)).toBeLessThan(-2);
    expect(Math.abs(await darkerAt(burnt, 1))).toBeLessThan(1);
    expect(Math.abs(await darkerAt(burnt, 6.5))).toBeLessThan(1);
  });

  test('of a track that is not there is a usage error that names those that are', async () => {
    const { exitCode, stderr } = await runMain(['plan', film, '--burn-subtitle', '3']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no subtitle 3 to burn in');
    expect(stderr).toContain('1 (vi, subrip), 2 (en, hdmv_pgs_subtitle)');
  });
});

/** Mean of the luma of the picture on screen at a time of the film. */
async function brightness(revisionDir: string, seconds: number): Promise<number> {
  const folder = readdirSync(revisionDir).filter((name) => /^\d+p$/.test(name))[0] ?? '';
  const { stdout } = await runFfmpeg([
    ...['-i', join(revisionDir, folder, 'index.m3u8'), '-ss', String(seconds), '-frames:v', '1'],
    ...['-vf', 'format=gray', '-f', 'rawvideo', '-'],
  ]);
  return [...stdout].reduce((sum, level) => sum + level, 0) / stdout.length;
}
