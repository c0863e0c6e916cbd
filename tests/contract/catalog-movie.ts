import type { Movie, PipelineFields } from '../../src/model/movie.ts';

export const NOON = new Date('2026-11-22T12:00:00.000Z');

/** The document that DESIGN §5 gives as the contract, in canonical Extended JSON. */
export const EXAMPLE_OF_THE_DESIGN = {
  _id: { $oid: '507f1f77bcf86cd799439011' },
  title: 'Phim 01',
  description: 'Viết tay',
  thumbnail_url: 'https://media.example.com/posters/phim-01.jpg',
  hls_url: 'https://media.example.com/videos/phim-01/master.m3u8',
  metadata: { duration: '01:45:20', resolutions: ['360p', '720p', '1080p'], codec: 'h264' },
  created_at: { $date: { $numberLong: '1600000000000' } },
} as const;

export type MovieChanges = Partial<Omit<Movie, 'pipeline' | 'editorial'>> &
  Readonly<{
    pipeline?: Partial<PipelineFields>;
    editorial?: Partial<Movie['editorial']>;
    fingerprint?: string;
  }>;

/** A whole Movie; what the test does not care about is filled in. */
export function makeMovie({ fingerprint, pipeline, editorial, ...rest }: MovieChanges = {}): Movie {
  const slug = rest.slug ?? 'phim-01';
  const base = `https://media.example.com/videos/${slug}`;
  return {
    slug,
    editorial: { title: 'Phim 01', description: '', year: 2023, ...editorial },
    explicit: [],
    ingestedAt: NOON,
    ...rest,
    pipeline: {
      schema_version: 1,
      status: 'ready',
      revision: 'r-0123456789',
      thumbnail_url: `https://media.example.com/posters/${slug}.jpg`,
      hls_url: `${base}/master.m3u8`,
      metadata: {
        duration: '01:45:20',
        resolutions: ['360p', '720p', '1080p'],
        codec: 'h264',
        duration_seconds: 6_320.52,
        audio_codec: 'aac',
        width: 1920,
        height: 1080,
        fps: 23.976,
        aspect_ratio: '16:9',
        hdr: false,
        segment_seconds: 6,
        segment_format: 'ts',
        size_bytes: 5_368_709_120,
      },
      renditions: [
        {
          name: '360p',
          width: 640,
          height: 360,
          bandwidth: 900_000,
          average_bandwidth: 700_000,
          codecs: 'avc1.64001e,mp4a.40.2',
          frame_rate: 23.976,
          url: `${base}/r-0123456789/360p/index.m3u8`,
          size_bytes: 4_096,
          segments: 1_054,
        },
      ],
      audio_tracks: [
        {
          language: 'vi',
          label: 'Tiếng Việt',
          channels: 2,
          codec: 'aac',
          default: true,
          role: 'main',
          url: `${base}/r-0123456789/audio-vi/index.m3u8`,
        },
      ],
      subtitles: [],
      chapters: [{ start_seconds: 0, end_seconds: 12.5, title: 'Mở đầu' }],
      storage: {
        provider: 'r2',
        bucket: 'movies',
        prefix: `videos/${slug}/`,
        public_base_url: 'https://media.example.com',
        objects: 4_231,
        bytes: 5_368_709_999,
      },
      source: {
        filename: `${slug}.mp4`,
        size: 8_589_934_592,
        mtime: new Date('2026-01-02T03:04:05.678Z'),
        fingerprint: fingerprint ?? `q1:${slug}`,
        container: 'mov,mp4,m4a,3gp,3g2,mj2',
        video_codec: 'hevc',
        duration_seconds: 6_320.52,
      },
      encoder: {
        tool: 'movie-ingest/0.1.0',
        ffmpeg: '8.1',
        preset: 'default',
        video_encoder: 'libx264',
        video_encoder_reason: 'VideoToolbox is not in this build',
        recipe: 'abc',
      },
      ...pipeline,
    },
  };
}
