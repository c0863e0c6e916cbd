import { describe, expect, test } from 'vitest';
import { checkReferences } from '../../../src/hls/check-references.ts';
import { checkSubtitles } from '../../../src/hls/check-subtitles.ts';
import { gate } from '../../../src/hls/gate.ts';
import { printStoryboard } from '../../../src/hls/storyboard-vtt.ts';
import { printChapters, printSubtitles } from '../../../src/hls/webvtt.ts';
import type { Cue } from '../../../src/model/cue.ts';
import type { Package } from '../../../src/model/package.ts';
import type { SubtitleRendition } from '../../../src/model/plan.ts';
import { planOf, segmentsOf } from './film-facts.ts';
import { parseMaster, parseMedia } from './parse-strictly.ts';

const VIETNAMESE: SubtitleRendition = {
  name: 'subs-vi',
  from: { file: 0 },
  language: 'vi',
  label: 'Tiếng Việt',
  isDefault: true,
  isForced: false,
  isSdh: false,
};

const CUE: Cue = { startMs: 1_000, endMs: 2_500, text: 'Xin chào', isTop: false };

const plan = planOf({ subtitles: [VIETNAMESE] });
const subtitles = [{ rendition: VIETNAMESE, cues: [CUE] }];

function gated(cues: readonly Cue[] = [CUE]) {
  return gate({
    plan,
    segments: segmentsOf(plan),
    revision: plan.revision,
    subtitles: [{ rendition: VIETNAMESE, cues }],
  });
}

describe('a film with subtitles', () => {
  test('has a playlist of one segment, as long as the film, that strict parsers take', () => {
    const film = gated();
    const playlist = film.playlists.find(({ path }) => path === 'subs-vi/index.m3u8');
    const media = parseMedia(playlist?.text ?? '');
    expect(media.segments.map(({ uri, duration }) => [uri, duration])).toStrictEqual([
      ['subtitles.vtt', film.durationSeconds],
    ]);
    const master = parseMaster(film.master);
    for (const variant of master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly)) {
      expect(variant.subtitles.map(({ uri }) => uri)).toStrictEqual([
        `${plan.revision}/subs-vi/index.m3u8`,
      ]);
    }
  });

  test.each<[string, readonly Cue[], RegExp]>([
    ['no cue', [], /subs-vi has no subtitle in it/],
    ['a cue after the end', [{ ...CUE, startMs: 60_000, endMs: 61_000 }], /impossible time/],
    ['a cue that ends before it begins', [{ ...CUE, endMs: 900 }], /impossible time/],
    ['cues in disorder', [{ ...CUE, startMs: 2_000 }, CUE], /cue 2 at an impossible time/],
    ['a text that ends the cue', [{ ...CUE, text: 'a\n\nb' }], /would break the file/],
    ['a text with an arrow', [{ ...CUE, text: 'a --> b' }], /would break the file/],
  ])('is refused with %s', (_, cues, why) => {
    expect(() => gated(cues)).toThrow(why);
  });

  test('is refused with one that was never planned, or that came twice', () => {
    expect(checkSubtitles(planOf(), subtitles, 20)).toStrictEqual([
      'subs-vi was not planned, or came twice',
    ]);
    expect(checkSubtitles(plan, [...subtitles, ...subtitles], 20)).toHaveLength(1);
  });
});

describe('what playlists lead to', () => {
  const references = (film: Package) => checkReferences(film, plan);

  test('is all there in a film that is whole', () => {
    expect(references(gated())).toStrictEqual([]);
  });

  test('is told when it is missing: the text of a subtitle, a segment, a playlist', () => {
    const film = gated();
    expect(references({ ...film, files: [] })).toStrictEqual([
      'subs-vi/index.m3u8 leads to subs-vi/subtitles.vtt, which is not there',
    ]);
    const [first, ...rest] = film.renditions;
    const cut = { name: first?.name ?? '', segments: first?.segments.slice(1) ?? [] };
    expect(references({ ...film, renditions: [cut, ...rest] })).toContain(
      '360p/index.m3u8 leads to 360p/seg_00000.ts, which is not there',
    );
    const playlists = film.playlists.filter(({ path }) => path !== 'subs-vi/index.m3u8');
    expect(references({ ...film, playlists })).toStrictEqual([
      `the master leads to ${plan.revision}/subs-vi/index.m3u8, which is not there`,
    ]);
  });
});

test('WebVTT of subtitles is tied to the clock of the segments, which begins at 1.4 s', () => {
  expect(printSubtitles([CUE, { ...CUE, startMs: 3_661_001, endMs: 3_662_000, isTop: true }])).toBe(
    'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n' +
      '00:00:01.000 --> 00:00:02.500\nXin chào\n\n' +
      '01:01:01.001 --> 01:01:02.000 line:0\nXin chào\n',
  );
});

test('WebVTT of chapters has a name for each, harmless whatever it is', () => {
  const chapters = [
    { startMs: 0, endMs: 1_000, title: 'A --> <b>\n\n\u001b[31m&' },
    { startMs: 1_000, endMs: 2_000 },
  ];
  expect(printChapters(chapters)).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nA --&gt; &lt;b&gt; &amp;\n\n' +
      '00:00:01.000 --> 00:00:02.000\nChapter 2\n',
  );
});

test('the storyboard goes row by row, sheet after sheet', () => {
  const grid = { intervalMs: 1_000, tileWidth: 240, tileHeight: 100, columns: 2, rows: 1 };
  const spans = [0, 1, 2].map((second) => ({
    startMs: second * 1_000,
    endMs: second * 1_000 + 1_000,
  }));
  const places = printStoryboard(grid, spans).match(/sheet.*/g);
  expect(places).toStrictEqual([
    'sheet_001.jpg#xywh=0,0,240,100',
    'sheet_001.jpg#xywh=240,0,240,100',
    'sheet_002.jpg#xywh=0,0,240,100',
  ]);
});
