import { Long, ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { openPaint } from '../../../src/ui/paint.ts';
import { printDocument } from '../../../src/ui/print-document.ts';

const paint = openPaint(false);

test('a document is shown for people, BSON values and fields of others included', () => {
  const text = printDocument(
    {
      _id: new ObjectId('65f0c0ffee65f0c0ffee65f0'),
      slug: 'phim-01',
      title: 'Đất Rừng Phương Nam',
      description: 'A boy\nlooks for his father.',
      hls_url: 'https://media.example.com/videos/phim-01/master.m3u8',
      metadata: {
        duration: '01:45:20',
        resolutions: ['360p', '720p'],
        codec: 'h264',
        width: 1280,
        height: 534,
        fps: 23.976,
      },
      renditions: [
        { name: '360p', width: 640, height: 266, codecs: 'avc1.64001e', bandwidth: 900_000 },
        {
          name: '720p',
          width: 1280,
          height: 534,
          bandwidth: 2_900_000,
          size_bytes: Long.fromNumber(2_300_000_000),
        },
      ],
      audio_tracks: [{ language: 'vi', label: 'Tiếng Việt', channels: 2, default: true }],
      created_at: new Date('2026-11-22T03:30:01Z'),
      year: 2023,
      genres: ['Science Fiction', 'Drama'],
      cast: [
        { name: 'Trấn Thành', role: 'Út Lục Lâm' },
        { role: 'nobody' },
        { name: 'Mai Tài Phến' },
      ],
      ids: { imdb: 'tt24069848', tmdb: 1_029_446 },
      version: 4,
      views: 3,
    },
    { paint },
  );
  expect(text).toMatchInlineSnapshot(`
    "Đất Rừng Phương Nam  phim-01
      HLS        https://media.example.com/videos/phim-01/master.m3u8
      About      A boy looks for his father.
      Year       2023
      Genres     Science Fiction, Drama
      With       Trấn Thành, Mai Tài Phến
      Known as   imdb tt24069848 · tmdb 1029446
      Film       01:45:20 · 360p 720p · h264 · 1280×534 · 23.976 fps
      Picture    360p · 640×266 · avc1.64001e · ≤ 0.90 Mbit/s
                 720p · 1280×534 · ≤ 2.90 Mbit/s · 2.3 GB
      Sound      vi · Tiếng Việt · default · stereo
      Created    2026-11-22T03:30:01.000Z
      Id         65f0c0ffee65f0c0ffee65f0
      Others     views
    "
  `);
});

test('a document of which nothing is as it should be is shown all the same', () => {
  const text = printDocument(
    { slug: 'x', title: 5, metadata: 'no', renditions: [null, 3, {}], audio_tracks: {} },
    { paint },
  );
  expect(text).toContain('5  x\n');
});
