import { describe, expect, test } from 'vitest';
import { checkPlaylists } from '../../../src/hls/check-playlists.ts';
import { gate } from '../../../src/hls/gate.ts';
import type { Package } from '../../../src/model/package.ts';
import { planOf, segmentsOf } from './film-facts.ts';

const packageOf = (container: 'mpegts' | 'fmp4' = 'mpegts'): Package => {
  const plan = planOf({ container });
  return gate({ plan, segments: segmentsOf(plan), revision: plan.revision });
};

const withText = (film: Package, path: string, change: (text: string) => string): Package => ({
  ...film,
  playlists: film.playlists.map((one) =>
    one.path === path ? { path, text: change(one.text) } : one,
  ),
});

test.each(['mpegts', 'fmp4'] as const)('what we write of %s is right', (container) => {
  expect(checkPlaylists(packageOf(container))).toEqual([]);
});

describe('a media playlist is refused', () => {
  const media = '720p/index.m3u8';
  const less = (text: string) => text.replace(/#EXTINF:[\d.]+,\nseg_00001\.ts\n/, '');
  test.each<[string, string, (text: string) => string, string]>([
    ['cut off', media, (text) => text.slice(0, -16), 'EXT-X-ENDLIST is missing'],
    ['without a segment', media, less, 'of 720p does not list its segments'],
    [
      'with another length',
      media,
      (t) => t.replace('6.000000', '5.800000'),
      'of 720p lasts 19.800 s',
    ],
    ['that is not VOD', media, (t) => t.replace(':VOD', ':EVENT'), 'of 720p is not VOD'],
    [
      'of another target',
      media,
      (t) => t.replace('TION:6', 'TION:7'),
      'target durations differ: 6, 7',
    ],
    [
      'of a short target',
      'audio-en/index.m3u8',
      (t) => t.replace('TION:6', 'TION:5'),
      'EXTINF duration, when rounded',
    ],
    ['that is none', media, () => '', 'a playlist cannot be read'],
    [
      'of I-frames that lie outside',
      '360p/iframe.m3u8',
      (t) => t.replace(':1880@', ':9999999@'),
      'of 360p points outside',
    ],
    [
      'of I-frames that is of all',
      '360p/iframe.m3u8',
      (t) => t.replace('#EXT-X-I-FRAMES-ONLY\n', ''),
      '360p has no I-frame',
    ],
  ])('%s', (_, path, change, problem) => {
    expect(checkPlaylists(withText(packageOf(), path, change)).join('\n')).toContain(problem);
  });

  test('that is not there', () => {
    const film = packageOf();
    const playlists = film.playlists.filter(({ path }) => path !== media);
    expect(checkPlaylists({ ...film, playlists })).toContain('720p has no playlist');
  });

  test('of fMP4 without its init segment', () => {
    const bare = withText(packageOf('fmp4'), media, (text) => text.replace(/#EXT-X-MAP.*\n/, ''));
    expect(checkPlaylists(bare)).toEqual(['the playlist of 720p names no init segment']);
  });
});

describe('a master is refused', () => {
  const drop = (pattern: RegExp) => (text: string) => text.replace(pattern, '');
  test.each<[string, (text: string) => string, string]>([
    ['without CODECS', drop(/CODECS="avc1[^"]*,[^"]*",/), 'no codec of 360p'],
    ['without the sound’s codec', (t) => t.replace(/,mp4a\.40\.2"/, '"'), 'lack the sound'],
    ['without RESOLUTION', drop(/RESOLUTION=320x180,(?=FRAME)/), 'says no resolution of 720p'],
    ['without AVERAGE-BANDWIDTH', drop(/AVERAGE-BANDWIDTH=\d+,/), 'says no averageBandwidth of'],
    ['without FRAME-RATE', drop(/FRAME-RATE=[\d.]+,/), 'says no frameRate of'],
    [
      'with a BANDWIDTH a tenth off',
      (t) => t.replace(/([:,])BANDWIDTH=/, '$1BANDWIDTH=9'),
      'BANDWIDTH of',
    ],
    ['without EXT-X-INDEPENDENT-SEGMENTS', drop(/#EXT-X-INDEPENDENT-SEGMENTS\n/), 'INDEPENDENT'],
    ['without a rung', drop(/#EXT-X-STREAM-INF.*\n.*360p\/index.m3u8\n/), 'does not name 360p'],
    ['without I-frames', drop(/#EXT-X-I-FRAME-STREAM-INF.*360p.*\n/), 'no I-frames of 360p'],
    ['that is none', () => '#EXTM3U\n', 'cannot be read'],
  ])('%s', (_, change, problem) => {
    const film = packageOf();
    expect(checkPlaylists({ ...film, master: change(film.master) }).join('\n')).toContain(problem);
  });
});
