import { expect, describe as suite, test } from 'vitest';
import { describe } from '../../../src/catalog/describe.ts';
import { describeAspectRatio } from '../../../src/catalog/describe-aspect-ratio.ts';
import { nameFilm } from '../../../src/catalog/name-film.ts';
import type { Package } from '../../../src/model/package.ts';
import type { Plan } from '../../../src/model/plan.ts';

// Only what the document is made of: the rest of a plan may grow without this test.
const plan = {
  slug: 'phim-01',
  recipe: 'c0ffee',
  revision: 'r-0123456789',
  preset: 'default',
  source: {
    path: '/home/an/Phim Hay/phim-01\u0007.mkv',
    bytes: 8_589_934_592,
    modifiedAtMs: Date.UTC(2026, 0, 2),
    fingerprint: 'q1:abc',
    container: 'matroska,webm',
    durationMs: 6_320_530,
    video: { codec: 'hevc', width: 1920, height: 800 },
    chapters: [
      { startMs: 0, endMs: 12_345.6789, title: 'Mở\n đầu' },
      { startMs: 12_345.6789, endMs: 20_000 },
    ],
  },
  encoder: {
    name: 'libx264',
    reason: 'no VideoToolbox here',
    ffmpegVersion: '8.1',
  },
  container: 'mpegts',
  codec: 'h264',
  copyReason: 'the picture is encoded: it is hevc, not h264',
  grid: { frameRate: { num: 24_000, den: 1001 }, gopFrames: 48, segmentFrames: 144 },
  video: [
    { name: '360p', width: 640, height: 266 },
    { name: '720p', width: 1280, height: 534 },
    { name: '1080p', width: 1920, height: 800 },
  ],
  audio: [
    {
      name: 'audio-vi',
      group: 'audio',
      sourceIndex: 1,
      language: 'vi',
      label: 'Tiếng Việt',
      channels: 2,
      sourceChannels: 6,
      kbps: 128,
      sampleRateHz: 48_000,
      isDefault: true,
      role: 'main',
    },
  ],
} as unknown as Plan;

const variant = (name: string, width: number, height: number) => ({
  name,
  width,
  height,
  bandwidth: width * 1_000,
  averageBandwidth: width * 800,
  codecs: 'avc1.640028,mp4a.40.2',
  bytes: width * 1_000_000,
  segments: 1_053,
});

const film: Package = {
  renditions: [],
  playlists: [],
  files: [],
  subtitles: [
    {
      name: 'subs-vi',
      from: { file: 0 },
      language: 'vi',
      label: 'Tiếng Việt (SDH)',
      isDefault: true,
      isForced: false,
      isSdh: true,
    },
  ],
  storyboard: { intervalMs: 10_000, tileWidth: 240, tileHeight: 100, columns: 5, rows: 5 },
  master: '',
  // In the order of the master playlist, where a middle one comes first.
  variants: [variant('720p', 1280, 534), variant('360p', 640, 266), variant('1080p', 1920, 800)],
  durationSeconds: 6_320.5198765,
  bytes: 5_368_709_120,
};

const options = {
  plan,
  package: film,
  published: {
    store: { kind: 'r2', bucket: 'movies', publicBaseUrl: 'https://media.example.com' },
    prefix: 'videos/phim-01/',
    hlsUrl: 'https://media.example.com/videos/phim-01/master.m3u8',
    thumbnailUrl: 'https://media.example.com/posters/phim-01.jpg',
    objects: 4_231,
    bytes: 5_400_000_000,
  },
  names: nameFilm({ flags: { title: 'Phim Hay' }, fileName: 'phim-01.mkv' }),
  toolVersion: '1.2.0',
  ingestedAt: new Date('2026-11-22T12:00:00Z'),
} as const;

suite('the document of a film', () => {
  test('has the fields of DESIGN §5 by name, place and type', () => {
    const { pipeline, editorial, ingestedAt } = describe(options);
    const { duration, resolutions, codec } = pipeline.metadata;
    expect({
      title: editorial.title,
      description: editorial.description,
      thumbnail_url: pipeline.thumbnail_url,
      hls_url: pipeline.hls_url,
      metadata: { duration, resolutions, codec },
      created_at: ingestedAt,
    }).toStrictEqual({
      title: 'Phim Hay',
      description: '',
      thumbnail_url: 'https://media.example.com/posters/phim-01.jpg',
      hls_url: 'https://media.example.com/videos/phim-01/master.m3u8',
      metadata: { duration: '01:45:20', resolutions: ['360p', '720p', '1080p'], codec: 'h264' },
      created_at: new Date('2026-11-22T12:00:00Z'),
    });
  });

  test('has all the others beside them', () => {
    const revisionUrl = 'https://media.example.com/videos/phim-01/r-0123456789';
    const rendition = (name: string, width: number, height: number) => ({
      name,
      width,
      height,
      bandwidth: width * 1_000,
      average_bandwidth: width * 800,
      codecs: 'avc1.640028,mp4a.40.2',
      frame_rate: 23.976,
      url: `${revisionUrl}/${name}/index.m3u8`,
      size_bytes: width * 1_000_000,
      segments: 1_053,
    });
    expect(describe(options)).toStrictEqual({
      slug: 'phim-01',
      ingestedAt: options.ingestedAt,
      editorial: { title: 'Phim Hay', description: '' },
      explicit: ['title'],
      pipeline: {
        schema_version: 1,
        status: 'ready',
        revision: 'r-0123456789',
        thumbnail_url: 'https://media.example.com/posters/phim-01.jpg',
        hls_url: 'https://media.example.com/videos/phim-01/master.m3u8',
        metadata: {
          duration: '01:45:20',
          resolutions: ['360p', '720p', '1080p'],
          codec: 'h264',
          duration_seconds: 6_320.52,
          audio_codec: 'aac',
          width: 1920,
          height: 800,
          fps: 23.976,
          aspect_ratio: '2.40:1',
          hdr: false,
          segment_seconds: 6,
          segment_format: 'ts',
          size_bytes: 5_368_709_120,
        },
        renditions: [
          rendition('360p', 640, 266),
          rendition('720p', 1280, 534),
          rendition('1080p', 1920, 800),
        ],
        audio_tracks: [
          {
            language: 'vi',
            label: 'Tiếng Việt',
            channels: 2,
            codec: 'aac',
            default: true,
            role: 'main',
            url: `${revisionUrl}/audio-vi/index.m3u8`,
          },
        ],
        subtitles: [
          {
            language: 'vi',
            label: 'Tiếng Việt (SDH)',
            kind: 'captions',
            forced: false,
            default: true,
            format: 'vtt',
            url: `${revisionUrl}/subs-vi/subtitles.vtt`,
            playlist_url: `${revisionUrl}/subs-vi/index.m3u8`,
          },
        ],
        storyboard: {
          vtt_url: `${revisionUrl}/storyboard/storyboard.vtt`,
          interval_s: 10,
          tile: [240, 100, 5, 5],
        },
        chapters_url: `${revisionUrl}/chapters.vtt`,
        chapters: [
          { start_seconds: 0, end_seconds: 12.346, title: 'Mở đầu' },
          { start_seconds: 12.346, end_seconds: 20 },
        ],
        storage: {
          provider: 'r2',
          bucket: 'movies',
          prefix: 'videos/phim-01/',
          public_base_url: 'https://media.example.com',
          objects: 4_231,
          bytes: 5_400_000_000,
        },
        source: {
          filename: 'phim-01 .mkv',
          size: 8_589_934_592,
          mtime: new Date('2026-01-02T00:00:00Z'),
          fingerprint: 'q1:abc',
          container: 'matroska,webm',
          video_codec: 'hevc',
          duration_seconds: 6_320.53,
        },
        encoder: {
          tool: 'movie-ingest/1.2.0',
          ffmpeg: '8.1',
          preset: 'default',
          video_encoder: 'libx264',
          video_encoder_reason: 'no VideoToolbox here',
          copy_reason: 'the picture is encoded: it is hevc, not h264',
          recipe: 'c0ffee',
        },
      },
    });
  });

  test('says nothing of folders, of a bucket that is none, of sound that is not there', () => {
    const { pipeline } = describe({
      ...options,
      plan: { ...plan, audio: [] },
      published: {
        ...options.published,
        store: { kind: 'folder', bucket: undefined, publicBaseUrl: 'http://127.0.0.1:4680' },
      },
    });
    expect(JSON.stringify(pipeline)).not.toContain('/home/an');
    expect(pipeline.storage).not.toHaveProperty('bucket');
    expect(pipeline.metadata).not.toHaveProperty('audio_codec');
    expect(pipeline.audio_tracks).toStrictEqual([]);
  });

  test('of a wanted duplicate names the other slug and carries no fingerprint', () => {
    const { source } = describe({ ...options, duplicateOf: 'phim-00' }).pipeline;
    expect(source).toMatchObject({ duplicate_of: 'phim-00' });
    expect(source).not.toHaveProperty('fingerprint');
  });

  test('cannot be made of a package that lacks a planned rendition', () => {
    const broken = { ...film, variants: film.variants.slice(1) };
    expect(() => describe({ ...options, package: broken })).toThrow('the package has no 720p');
  });
});

suite('the aspect ratio is written as people write it', () => {
  test.each([
    [1920, 1080, '16:9'],
    [854, 480, '16:9'],
    [640, 358, '16:9'],
    [1920, 800, '2.40:1'],
    [1998, 1080, '1.85:1'],
    [720, 540, '4:3'],
    [1080, 1920, '9:16'],
    [1000, 1000, '1:1'],
    [1080, 2400, '1:2.22'],
  ])('%i × %i is %s', (width, height, text) => {
    expect(describeAspectRatio(width, height)).toBe(text);
  });
});
