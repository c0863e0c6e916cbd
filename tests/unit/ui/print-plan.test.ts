import { execa } from 'execa';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
import { openPaint } from '../../../src/ui/paint.ts';
import { type PlanReport, printPlan } from '../../../src/ui/print-plan.ts';

const paint = openPaint(false);

const plan: Plan = {
  slug: 'phim-01',
  recipe: 'c0ffee',
  revision: 'r-0123456789',
  preset: 'default',
  container: 'mpegts',
  codec: 'h264',
  source: {
    path: "/films/it's a film.mkv",
    bytes: 8_400_000_000,
    modifiedAtMs: 0,
    fingerprint: `q1:${'0'.repeat(64)}`,
    container: 'matroska,webm',
    clockStartUs: 0,
    pictureTracks: 1,
    durationMs: 6_320_000,
    video: {
      index: 0,
      codec: 'hevc',
      timeBase: { num: 1, den: 1000 },
      sideData: [],
      pixelFormat: 'yuv420p10le',
      bitDepth: 10,
      codedWidth: 1920,
      codedHeight: 800,
      width: 1920,
      height: 800,
      rotation: 0,
      frameRate: { num: 24_000, den: 1_001 },
      frameRounding: 'near',
      bitrateKbps: 10_000,
      fieldOrder: 'progressive',
      transfer: 'pq',
      colour: { fullRange: false },
      startMs: 0,
      timeStamps: 'steady',
    },
    audioLeftOut: [],
    audio: [
      {
        index: 1,
        codec: 'ac3',
        timeBase: { num: 1, den: 1000 },
        channels: 6,
        sampleRateHz: 48_000,
        language: 'vi',
        isDefault: true,
        role: 'main',
      },
    ],
    subtitles: [],
    chapters: [],
  },
  encoder: {
    name: 'libx264',
    reason: 'this ffmpeg has no h264_videotoolbox',
    ffmpegVersion: '5.1.9',
    x264Preset: 'medium',
    options: [],
  },
  picture: {
    deinterlace: false,
    toneMap: 'zscale',
    inputMatrix: 'auto',
    frameRounding: 'near',
    keepTimeStamps: true,
  },
  copyReason: 'the picture is encoded: it is hevc, not h264',
  isResumable: true,
  grid: { frameRate: { num: 24_000, den: 1_001 }, gopFrames: 48, segmentFrames: 144 },
  video: [
    {
      name: '360p',
      width: 640,
      height: 266,
      crf: 23,
      maxKbps: 900,
      bufferKbits: 1_800,
      averageKbps: 700,
    },
    {
      name: '1080p',
      width: 1920,
      height: 800,
      crf: 21,
      maxKbps: 5_100,
      bufferKbits: 10_200,
      averageKbps: 4_200,
    },
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
  subtitles: [],
  storyboard: { intervalMs: 10_000, tileWidth: 240, tileHeight: 136, columns: 5, rows: 5 },
  ffmpegArgs: ['-hide_banner', '-i', "file:/films/it's a film.mkv", '-f', 'hls', '%v/seg_%05d.ts'],
  estimate: { bytes: 4_100_000_000, segments: 3_162, objects: 3_171, diskBytes: 4_500_000_000 },
  warnings: ['Subtitle 3 (PGS, en) is a picture format and is skipped'],
};

const report: PlanReport = {
  plan,
  store: 'R2 movies',
  hlsUrl: 'https://media.example.com/videos/phim-01/master.m3u8',
  thumbnailUrl: 'https://media.example.com/posters/phim-01.jpg',
  keys: ['videos/phim-01/r-0123456789/', 'posters/phim-01.jpg', 'videos/phim-01/master.m3u8'],
  upload: { bytesPerSecond: 12_500_000, ms: 328_000 },
  cost: { onceUsd: 0.0143, monthlyUsd: 0.0615, asOf: '2026-11', source: 'https://example.com' },
  work: { dir: '/tmp/work', freeBytes: 78_000_000_000 },
  ffmpeg: 'ffmpeg',
};

test('the plan on one screen', () => {
  expect(printPlan(report, { columns: 100, paint })).toMatchInlineSnapshot(`
    "it's a film.mkv   1:45:20 · 1920×800 · 23.976 fps · HEVC 10-bit HDR10 · 8.4 GB · audio vi

    Plan      phim-01 · preset default · revision r-0123456789
    Encoder   H.264 libx264 (ffmpeg 5.1.9): this ffmpeg has no h264_videotoolbox
    Copy      the picture is encoded: it is hevc, not h264
    Segments  6.006 s · key frame every 2.002 s (48 frames at 24000/1001 fps)

    RENDITION  PICTURE OR LANGUAGE  AIMS AT     LIMITS
    360p       640×266              CRF 23      ≤ 900 kbit/s
    1080p      1920×800             CRF 21      ≤ 5,100 kbit/s
    audio-vi   vi Tiếng Việt        128 kbit/s  stereo, from 5.1, default

    Seek bar  a picture of 240×136 every 10 s
    Package   ≈ 4.1 GB · ≈ 3,171 files, 3,162 of them segments
    Disk      4.5 GB needed in /tmp/work · 78.0 GB free, enough
    Upload    ≈ 5m 28s at 12.5 MB/s, while it is being encoded
    Cost      ≈ $0.014 once · ≈ $0.061 a month (list price of 2026-11)
    Store     R2 movies
    Keys      videos/phim-01/r-0123456789/
              posters/phim-01.jpg
              videos/phim-01/master.m3u8
    HLS       https://media.example.com/videos/phim-01/master.m3u8
    Poster    https://media.example.com/posters/phim-01.jpg
    ! Subtitle 3 (PGS, en) is a picture format and is skipped

    ffmpeg -hide_banner -i 'file:/films/it'\\''s a film.mkv' -f hls %v/seg_%05d.ts
    "
  `);
});

test('VideoToolbox, which has no CRF, aims at an average', () => {
  const encoder = { ...plan.encoder, name: 'h264_videotoolbox' } as const;
  const text = printPlan({ ...report, plan: { ...plan, encoder } }, { columns: 100, paint });
  expect(text).toMatch(/1080p +1920×800 +4,200 kbit\/s +≤ 5,100 kbit\/s/);
});

test('too little disk and no known price are said, or left out', () => {
  const work = { dir: '/tmp/work', freeBytes: 1_000_000_000 };
  const text = printPlan({ ...report, work, cost: undefined }, { columns: 100, paint });
  expect(text).toContain('1.0 GB free, NOT ENOUGH');
  expect(text).not.toContain('$');
});

test('the last line is the command: a shell reads back the argument list', async () => {
  const text = printPlan(report, { columns: 40, paint });
  const command = text.trimEnd().split('\n').at(-1) ?? '';
  const { stdout } = await execa('sh', ['-c', command.replace(/^ffmpeg/, "printf '%s\\n'")]);
  expect(stdout.split('\n')).toEqual(plan.ffmpegArgs);
});

test('the film and the ladder keep within the terminal', () => {
  const lines = printPlan(report, { columns: 60, paint }).split('\n');
  const ladder = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('Package')),
  );
  const isText = (line: string) => !/^(Plan|Encoder|Segments)/.test(line);
  for (const line of ladder.filter(isText)) expect(stringWidth(line)).toBeLessThanOrEqual(60);
});
