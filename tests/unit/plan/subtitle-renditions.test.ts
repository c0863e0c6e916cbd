import { describe, expect, test } from 'vitest';
import type { SubtitleTrack } from '../../../src/model/source.ts';
import type { SubtitleFile } from '../../../src/model/subtitle-file.ts';
import { chooseBurn } from '../../../src/plan/choose-burn.ts';
import { recipeOf } from '../../../src/plan/revision.ts';
import { leftOutSubtitles, subtitleRenditions } from '../../../src/plan/subtitle-renditions.ts';
import { toolchainOf } from '../../helpers/toolchain-of.ts';

const FILE: SubtitleFile = {
  path: '/films/film.vi.srt',
  language: 'vi',
  isForced: false,
  isSdh: false,
  isDefault: false,
  sha256: 'a'.repeat(64),
};

const TRACK: SubtitleTrack = {
  index: 3,
  codec: 'subrip',
  kind: 'text',
  language: 'vi',
  isDefault: false,
  isForced: false,
  isSdh: false,
};

const PGS: SubtitleTrack = {
  ...TRACK,
  index: 4,
  codec: 'hdmv_pgs_subtitle',
  kind: 'picture',
  language: 'en',
};

describe('the subtitles of a plan', () => {
  test('are files and text tracks, each with a folder and a name of its own', () => {
    const found = subtitleRenditions({
      files: [FILE],
      tracks: [
        TRACK,
        PGS,
        { ...TRACK, index: 5, isSdh: true },
        { ...TRACK, index: 6, language: 'und' },
      ],
    });
    expect(found.map(({ name, label }) => [name, label])).toStrictEqual([
      ['subs-vi', 'Tiếng Việt'],
      ['subs-vi-2', 'Tiếng Việt 2'],
      ['subs-vi-3', 'Tiếng Việt (SDH)'],
      ['subs-und', 'Subtitles'],
    ]);
  });

  test('say in their names what their titles say, once', () => {
    const labels = subtitleRenditions({
      files: [],
      tracks: [
        { ...TRACK, language: 'en', title: 'English' },
        { ...TRACK, language: 'en', title: 'English SDH', isSdh: true },
        { ...TRACK, language: 'en', isForced: true },
        { ...TRACK, language: 'und', title: 'Signs', isForced: true },
      ],
    }).map(({ label }) => label);
    expect(labels).toStrictEqual(['English', 'English SDH', 'English (Forced)', 'Signs, Forced']);
  });

  test('have one default at most, and never a forced one', () => {
    const defaults = subtitleRenditions({
      files: [],
      tracks: [
        { ...TRACK, isDefault: true, isForced: true },
        { ...TRACK, isDefault: true },
        { ...TRACK, isDefault: true },
      ],
    }).map(({ isDefault }) => isDefault);
    expect(defaults).toStrictEqual([false, true, false]);
  });

  test('leave out what is no text, and say so with the way out', () => {
    expect(leftOutSubtitles({ files: [], tracks: [TRACK, PGS] })).toStrictEqual([
      'Subtitle 2 (PGS, en) is a picture format and is skipped. Add a text with --subtitle en=file.srt, or burn it in with --burn-subtitle 2.',
    ]);
    const teletext: SubtitleTrack = { ...TRACK, codec: 'dvb_teletext', kind: 'other' };
    expect(leftOutSubtitles({ files: [], tracks: [teletext] })[0]).toContain('cannot be read');
  });

  test('are bounded', () => {
    const tracks = Array.from({ length: 500 }, () => TRACK);
    expect(subtitleRenditions({ files: [], tracks })).toHaveLength(64);
    expect(leftOutSubtitles({ files: [], tracks })).toStrictEqual([
      'Of 500 subtitles the first 64 are taken.',
    ]);
  });
});

describe('--burn-subtitle', () => {
  const toolchain = toolchainOf({ filters: ['overlay', 'subtitles'] });

  test('takes the track by its number, and its text is offered no more', () => {
    const burnt = chooseBurn(1, { tracks: [TRACK, PGS], toolchain });
    expect(burnt).toStrictEqual({ number: 1, track: 3, kind: 'text', language: 'vi' });
    expect(subtitleRenditions({ files: [], tracks: [TRACK], burnt: burnt.track })).toStrictEqual(
      [],
    );
    expect(leftOutSubtitles({ files: [], tracks: [TRACK, PGS], burnt: PGS.index })).toStrictEqual(
      [],
    );
  });

  test('of a text needs libass, and says where it is to be had; a picture does not', () => {
    const slim = toolchainOf({ filters: ['overlay'] });
    expect(() => chooseBurn(1, { tracks: [TRACK, PGS], toolchain: slim })).toThrow(
      expect.objectContaining({ exit: 'usage', fix: expect.stringContaining('ffmpeg-full') }),
    );
    expect(chooseBurn(2, { tracks: [TRACK, PGS], toolchain: slim }).kind).toBe('picture');
  });
});

describe('what was asked for', () => {
  const preset = { name: 'x' } as never;
  const recipe = (parts: object = {}) => recipeOf({ fingerprint: 'q1:0', preset, ...parts });

  test('changes with the content of a file, its language and what is burnt in; not with its path', () => {
    const asked = [
      recipe(),
      recipe({ subtitleFiles: [FILE] }),
      recipe({ subtitleFiles: [{ ...FILE, sha256: 'b'.repeat(64) }] }),
      recipe({ subtitleFiles: [{ ...FILE, language: 'en' }] }),
      recipe({ burnSubtitle: 1 }),
      recipe({ burnSubtitle: 2 }),
    ];
    expect(new Set(asked).size).toBe(asked.length);
    expect(recipe({ subtitleFiles: [{ ...FILE, path: '/elsewhere.srt' }] })).toBe(asked[1]);
  });
});
