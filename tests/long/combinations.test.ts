import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { turnFilm } from '../helpers/turn-film.ts';

const dir = makeTempDir('combinations');
const srt = join(dir, 'cue.srt');
writeFileSync(srt, '1\n00:00:00,500 --> 00:00:01,500\nXin chào\n');

const picture = (size: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`],
];
const sound = (layout: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `sine=d=${seconds},aformat=sample_rates=48000`],
  ...['-af', `pan=${layout}|${channelsOf(layout)}`],
];
const channelsOf = (layout: string) =>
  ({
    '5.1': 'FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0',
    '7.1': 'FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0|SL=c0|SR=c0',
  })[layout];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const PQ = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
const TEN_BITS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', ...PQ];

async function film(name: string, args: readonly string[]): Promise<string> {
  const path = join(dir, name);
  await runFfmpeg([...args, path]);
  return path;
}

type Kind = Readonly<{
  make: () => Promise<string>;
  flags: readonly string[];
  copy?: 'auto';
  /** Of the renditions, smallest first; `c` for one that is copied. */
  sizes: readonly string[];
  /** Of the sound tracks. */
  channels: readonly number[];
  subtitles?: readonly string[];
  warns?: RegExp;
}>;

const KINDS: Readonly<Record<string, Kind>> = {
  'portrait, HDR, a subtitle, 5.1 and fMP4': {
    make: async () => {
      const inputs = [...picture('640x360', 3), ...sound('5.1', 3).slice(0, 4), '-i', srt];
      const lying = await film('lying.mp4', [
        ...[...inputs, '-map', '0', '-map', '1', '-map', '2', ...sound('5.1', 3).slice(4)],
        ...[...TEN_BITS, '-c:a', 'eac3', '-c:s', 'mov_text'],
        ...['-metadata:s:s:0', 'language=vie', '-metadata:s:a:0', 'language=eng'],
      ]);
      return turnFilm(lying, join(dir, 'portrait.mp4'));
    },
    flags: ['--preset', 'fmp4', '--surround'],
    sizes: ['360x640'],
    channels: [2, 6],
    subtitles: ['vi'],
    warns: /HDR10.* is turned into SDR/,
  },
  'a copied top rung and surround': {
    make: () =>
      film('copied.mp4', [
        ...[...picture('320x180', 8), ...sound('5.1', 8), ...X264, '-profile:v', 'high'],
        ...['-g', '50', '-sc_threshold', '0', '-c:a', 'aac', '-b:a', '384k'],
      ]),
    flags: ['--preset', SMALL, '--surround'],
    copy: 'auto',
    sizes: ['160x90', '320x180c'],
    channels: [2, 6],
  },
  'interlaced, two languages and a burnt subtitle': {
    make: () =>
      film('interlaced.mkv', [
        ...['-f', 'lavfi', '-i', 'testsrc2=s=720x576:r=50:d=3,tinterlace=interleave_top'],
        ...['-f', 'lavfi', '-i', 'sine=d=3', '-f', 'lavfi', '-i', 'sine=880:d=3', '-i', srt],
        ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-vf', 'setsar=64/45'],
        ...['-c:v', 'mpeg2video', '-b:v', '4M', '-flags', '+ilme+ildct', '-c:a', 'ac3'],
        ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=vie'],
        ...['-c:s', 'subrip', '-metadata:s:s:0', 'language=vie'],
      ]),
    flags: ['--preset', 'fast', '--burn-subtitle', '1'],
    sizes: ['640x360', '1024x576'],
    channels: [2, 2],
    warns: /interlaced/,
  },
  'sound that begins late': {
    make: () =>
      film('late.mkv', [
        ...picture('320x180', 4),
        ...['-itsoffset', '1.5', '-f', 'lavfi', '-i', 'sine=d=2.5', ...X264, '-c:a', 'aac'],
      ]),
    flags: ['--preset', SMALL],
    sizes: ['160x90', '320x180'],
    channels: [2],
  },
  '7.1 and surround': {
    make: () =>
      film('seven.mkv', [...picture('320x180', 3), ...sound('7.1', 3), ...X264, '-c:a', 'flac']),
    flags: ['--preset', SMALL, '--surround'],
    sizes: ['160x90', '320x180'],
    channels: [2, 6],
  },
  'HEVC and a subtitle': {
    make: () =>
      film('hevc.mkv', [
        ...[...picture('640x360', 2), '-i', srt, '-map', '0', '-map', '1', ...X264],
        ...['-c:s', 'subrip', '-metadata:s:s:0', 'language=vie'],
      ]),
    flags: ['--preset', 'hevc'],
    sizes: ['640x360'],
    channels: [],
    subtitles: ['vi'],
  },
  'a preset of five rungs and a film of 64×36': {
    make: () => makeClip({ dir, name: 'small.mp4', width: 64, height: 36, seconds: 2 }),
    flags: ['--preset', 'cellular'],
    sizes: ['64x36'],
    channels: [2],
  },
  'the smallest film': {
    make: () => film('tiny.mp4', [...picture('16x16', 2), ...X264]),
    flags: [],
    sizes: ['16x16'],
    channels: [],
  },
  'a phone in full HD, which has three rungs by its short side': {
    make: async () => {
      const lying = { dir, name: 'lying-hd.mp4', width: 1920, height: 1080, seconds: 1 };
      return turnFilm(await makeClip(lying), join(dir, 'phone.mp4'));
    },
    flags: ['--preset', 'fast'],
    sizes: ['360x640', '720x1280', '1080x1920'],
    channels: [2],
  },
  '8K': {
    make: () => film('eight.mp4', [...picture('7680x4320', 0.4), ...X264]),
    flags: ['--preset', SMALL],
    sizes: ['160x90', '320x180'],
    channels: [],
  },
};

type Document = Readonly<{
  renditions: readonly Readonly<{ width: number; height: number; copied?: boolean }>[];
  audio_tracks: readonly Readonly<{ channels: number }>[];
  subtitles?: readonly Readonly<{ language: string }>[];
}>;

describe('what comes together in one film comes out right together', () => {
  test.each(Object.entries(KINDS))('%s', async (_, kind) => {
    const user = newUser({ MOVIE_INGEST_COPY: kind.copy ?? 'never' });
    const path = await kind.make();
    const added = await runMain(['add', path, '--slug', 'film', ...kind.flags], user);
    expect(added.exitCode, added.stderr).toBe(0);
    if (kind.warns !== undefined) expect(added.stderr).toMatch(kind.warns);
    const text = readFileSync(join(user.library, 'catalog/film.json'), 'utf8');
    const { renditions, audio_tracks, subtitles = [] } = JSON.parse(text) as Document;
    expect({
      sizes: renditions.map((it) => `${it.width}x${it.height}${it.copied === true ? 'c' : ''}`),
      channels: audio_tracks.map(({ channels }) => channels),
      subtitles: subtitles.map(({ language }) => language),
    }).toEqual({
      sizes: kind.sizes,
      channels: kind.channels,
      subtitles: kind.subtitles ?? [],
    });
    const verified = await runMain(['verify', 'film', '--deep'], user);
    expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
  });

  test('2×2 is refused, and 8K too where the user allows less', async () => {
    const user = newUser();
    const two = await film('two.mkv', [...picture('2x2', 1), '-c:v', 'ffv1']);
    expect(await runMain(['add', two], user)).toMatchObject({ exitCode: 4 });
    const four = await film('four.mp4', [...picture('3840x2160', 0.2), ...X264]);
    const limited = ['add', four, '--max-pixels', '1920x1080'];
    expect(await runMain(limited, user)).toMatchObject({ exitCode: 4 });
    expect(user.documents()).toEqual([]);
  });
});
