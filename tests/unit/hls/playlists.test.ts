import { describe, expect, test } from 'vitest';
import { listIFrames, printIFramePlaylist } from '../../../src/hls/i-frame-playlist.ts';
import {
  type Master,
  type MasterAudio,
  printMasterPlaylist,
} from '../../../src/hls/master-playlist.ts';
import { printMediaPlaylist } from '../../../src/hls/media-playlist.ts';
import { planOf, segmentsOf } from './film-facts.ts';
import { parseMaster, parseMedia, parseStrictly } from './parse-strictly.ts';

const ENGLISH: MasterAudio = {
  name: 'audio-en',
  group: 'audio',
  sourceIndex: 1,
  label: 'English',
  language: 'en',
  channels: 2,
  isDefault: true,
  role: 'main',
};

const variant = (name: string, width: number, height: number, kbps: number) => ({
  name,
  width,
  height,
  bandwidth: { peak: kbps * 1500, average: kbps * 1000 },
  codecs: 'avc1.64001f,mp4a.40.2',
  audioGroup: 'audio' as const,
  iFrames: { bandwidth: { peak: 200_000, average: 100_000 }, codec: 'avc1.64001f' },
});

const MASTER: Master = {
  revision: 'r-0123456789',
  container: 'mpegts',
  frameRate: { num: 24_000, den: 1001 },
  video: [
    variant('360p', 640, 360, 928),
    variant('720p', 1280, 720, 3328),
    variant('1080p', 1920, 1080, 6128),
  ],
  audio: [
    ENGLISH,
    {
      ...ENGLISH,
      name: 'audio-vi',
      label: 'Tiếng Việt',
      language: 'vi',
      sourceIndex: 2,
      isDefault: false,
    },
  ],
};

describe('the master playlist', () => {
  test('is written so', () => {
    expect(printMasterPlaylist(MASTER)).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:6
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="r-0123456789/audio-en/index.m3u8"
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Tiếng Việt",LANGUAGE="vi",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="r-0123456789/audio-vi/index.m3u8"
      #EXT-X-STREAM-INF:BANDWIDTH=4992000,AVERAGE-BANDWIDTH=3328000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE
      r-0123456789/720p/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=1392000,AVERAGE-BANDWIDTH=928000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE
      r-0123456789/360p/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=9192000,AVERAGE-BANDWIDTH=6128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE
      r-0123456789/1080p/index.m3u8
      #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64001f",RESOLUTION=640x360,URI="r-0123456789/360p/iframe.m3u8"
      #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="r-0123456789/720p/iframe.m3u8"
      #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64001f",RESOLUTION=1920x1080,URI="r-0123456789/1080p/iframe.m3u8"
      "
    `);
  });

  test('says the same to two strict parsers', () => {
    const { hls, m3u8 } = parseStrictly(printMasterPlaylist(MASTER));
    expect(hls.isMasterPlaylist && hls.variants.length).toBe(6);
    expect(m3u8.playlists?.map(({ uri }) => uri)).toEqual([
      'r-0123456789/720p/index.m3u8',
      'r-0123456789/360p/index.m3u8',
      'r-0123456789/1080p/index.m3u8',
    ]);
    expect(m3u8.playlists?.[0]?.attributes).toMatchObject({
      BANDWIDTH: 4_992_000,
      'AVERAGE-BANDWIDTH': '3328000',
      RESOLUTION: { width: 1280, height: 720 },
      'FRAME-RATE': 23.976,
    });
    expect(Object.keys(m3u8.mediaGroups?.AUDIO['audio'] ?? {})).toEqual(['English', 'Tiếng Việt']);
  });

  test('begins with the variant that is nearest to 2 Mb/s, as a ratio', () => {
    const first = (...rates: readonly number[]) => {
      const video = rates.map((kbps) => variant(`v${kbps}`, 640, 360, kbps));
      return parseMaster(printMasterPlaylist({ ...MASTER, video })).variants[0]?.uri.split('/')[1];
    };
    expect(first(928, 3328, 6128)).toBe('v3328');
    expect(first(6128, 3328, 928)).toBe('v3328');
    expect(first(400, 1100, 2300)).toBe('v2300');
    expect(first(300)).toBe('v300');
  });

  test('of a film without sound has no audio group', () => {
    const video = MASTER.video.map(({ audioGroup: _, ...silent }) => silent);
    const text = printMasterPlaylist({ ...MASTER, video, audio: [] });
    expect(text).not.toContain('AUDIO=');
    expect(text).not.toContain('EXT-X-MEDIA:');
    expect(() => parseStrictly(text)).not.toThrow();
  });

  test('never offers a commentary by itself, and says of no language that it is known', () => {
    const commentary = {
      ...ENGLISH,
      name: 'audio-und',
      sourceIndex: 2,
      label: 'Commentary',
      isDefault: false,
      role: 'commentary',
      language: 'und',
    } as const;
    const text = printMasterPlaylist({ ...MASTER, audio: [ENGLISH, commentary] });
    expect(text).toContain(
      'NAME="Commentary",LANGUAGE="und",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2",URI="r-0123456789/audio-und/index.m3u8"',
    );
  });

  test('has surround as a second group with the same members, and variants of its own', () => {
    const vietnamese = { ...ENGLISH, name: 'audio-vi', label: 'Tiếng Việt', language: 'vi' };
    const audio: MasterAudio[] = [
      ENGLISH,
      { ...vietnamese, sourceIndex: 2, isDefault: false },
      { ...ENGLISH, name: 'audio-en-surround', group: 'surround', channels: 6 },
    ];
    const video = [
      ...MASTER.video,
      ...MASTER.video.map((one) => ({ ...one, audioGroup: 'surround' as const })),
    ];
    const text = printMasterPlaylist({ ...MASTER, video, audio });
    const { variants } = parseMaster(text);
    const media = (group: string) =>
      variants
        .find(({ audio: [one] }) => one?.groupId === group)
        ?.audio.map(({ name, language, isDefault, channels, uri }) => ({
          name,
          language,
          isDefault,
          channels,
          uri,
        }));
    const english = { name: 'English', language: 'en', isDefault: true };
    const second = { name: 'Tiếng Việt', language: 'vi', isDefault: false };
    const shared = { channels: '2', uri: 'r-0123456789/audio-vi/index.m3u8' };
    expect(media('audio')).toEqual([
      { ...english, channels: '2', uri: 'r-0123456789/audio-en/index.m3u8' },
      { ...second, ...shared },
    ]);
    expect(media('surround')).toEqual([
      { ...english, channels: '6', uri: 'r-0123456789/audio-en-surround/index.m3u8' },
      { ...second, ...shared },
    ]);
    const playable = variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
    expect(playable[0]?.audio[0]?.groupId).toBe('audio');
    expect(playable).toHaveLength(6);
    expect(variants).toHaveLength(9);
    expect(() => parseStrictly(text)).not.toThrow();
  });

  test('tells players which track describes the picture, and which makes speech clear', () => {
    const described = { ...ENGLISH, sourceIndex: 2, isDefault: false } as const;
    const text = printMasterPlaylist({
      ...MASTER,
      audio: [
        ENGLISH,
        { ...described, label: 'English (audio description)', role: 'description' },
        { ...described, sourceIndex: 3, label: 'English (clear speech)', role: 'clear-speech' },
      ],
    });
    const lines = text.split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA'));
    expect(lines[1]).toContain(
      'AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.describes-video"',
    );
    expect(lines[2]).toContain(
      'AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.enhances-speech-intelligibility"',
    );
    expect(() => parseStrictly(text)).not.toThrow();
  });

  test.each([
    'Director"s cut",URI="http://evil.example/"',
    'two\nlines\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\nevil.m3u8',
    "Director's commentary",
    'a, b = c; \\" d',
    '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007',
    '\u202etxet desrever\u0000',
    '\ud800 half a pair',
    '日本語 🎬 한국어',
    'x'.repeat(10_000),
    '',
    '   ',
  ])('keeps its shape whatever a track is called: %j', (label) => {
    const text = printMasterPlaylist({
      ...MASTER,
      audio: [ENGLISH, { ...ENGLISH, label, name: 'audio-2', sourceIndex: 2, isDefault: false }],
    });
    const parsed = parseMaster(text);
    expect(parsed.variants.map(({ uri }) => uri)).toEqual(
      parseMaster(printMasterPlaylist(MASTER)).variants.map(({ uri }) => uri),
    );
    const audio = parsed.variants[0]?.audio ?? [];
    expect(audio.map(({ uri }) => uri)).toEqual([
      'r-0123456789/audio-en/index.m3u8',
      'r-0123456789/audio-2/index.m3u8',
    ]);
    expect(audio[1]?.name).toMatch(/^[^"\p{Cc}]{1,100}$/u);
    expect(text.split('\n')).toHaveLength(printMasterPlaylist(MASTER).split('\n').length);
  });

  test('gives each track of the group another name', () => {
    const audio = ['English', 'English', 'English'].map((label, index) => ({
      ...ENGLISH,
      label,
      name: `audio-${index}`,
      sourceIndex: index,
      isDefault: index === 0,
    }));
    const names = parseMaster(printMasterPlaylist({ ...MASTER, audio })).variants[0]?.audio.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['English', 'English 2', 'English 3']);
  });

  test('says `und` for a language that is none (Apple 8.10 wants one on every track)', () => {
    const text = printMasterPlaylist({
      ...MASTER,
      audio: [{ ...ENGLISH, language: 'en",URI="x' }],
    });
    expect(text).toContain('LANGUAGE="und"');
  });
});

describe('a media playlist', () => {
  test('is written so', () => {
    const segments = [
      { file: 'seg_00000.ts', durationSeconds: 6.006 },
      { file: 'seg_00001.ts', durationSeconds: 2.0020000001 },
    ];
    const text = printMediaPlaylist(segments, { targetSeconds: 6, container: 'mpegts' });
    expect(text).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:6
      #EXT-X-TARGETDURATION:6
      #EXT-X-MEDIA-SEQUENCE:0
      #EXT-X-PLAYLIST-TYPE:VOD
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXTINF:6.006000,
      seg_00000.ts
      #EXTINF:2.002000,
      seg_00001.ts
      #EXT-X-ENDLIST
      "
    `);
    expect(parseMedia(text)).toMatchObject({
      endlist: true,
      playlistType: 'VOD',
      targetDuration: 6,
      independentSegments: true,
    });
  });
});

describe('an I-frame playlist', () => {
  const segments = segmentsOf(planOf())
    .filter(({ rendition }) => rendition === '360p')
    .map(({ path, facts }) => ({
      file: path.split('/').at(-1) ?? '',
      durationSeconds: facts.frames / 24,
      facts,
    }));
  const frames = listIFrames(segments);

  test('names each key frame with the time to the next, and the last to the end', () => {
    expect(frames).toHaveLength(10);
    expect(new Set(frames.map(({ durationSeconds }) => durationSeconds))).toEqual(new Set([2]));
    const short = listIFrames([
      { ...(segments[3] ?? segments[0]), durationSeconds: 0.5 } as (typeof segments)[0],
    ]);
    expect(short.map(({ durationSeconds }) => durationSeconds)).toEqual([0.5]);
  });

  test('keeps the program tables out of its ranges and names them in EXT-X-MAP (RFC 8216 §4.3.3.6)', () => {
    const text = printIFramePlaylist(frames, 'mpegts');
    expect(text.split('\n').slice(0, 11)).toMatchInlineSnapshot(`
      [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-I-FRAMES-ONLY",
        "#EXT-X-MAP:URI="seg_00000.ts",BYTERANGE="564@0"",
        "#EXTINF:2.000000,",
        "#EXT-X-BYTERANGE:1880@564",
        "seg_00000.ts",
        "#EXTINF:2.000000,",
      ]
    `);
    const { hls, m3u8 } = parseStrictly(text);
    expect(m3u8.iFramesOnly).toBe(true);
    expect(m3u8.segments[0]?.map?.byterange).toEqual({ offset: 0, length: 564 });
    expect(
      hls.isMasterPlaylist ? [] : hls.segments.map(({ byterange }) => byterange.offset),
    ).toEqual(frames.map(({ offset }) => offset));
  });
});
