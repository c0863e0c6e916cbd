import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectId } from 'mongodb';
import type { Catalog } from '../../src/model/catalog.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { documentCatalog } from './document-catalog.ts';

export type Library = Readonly<{
  mediaDir: string;
  publicBaseUrl: string;
  catalog: Catalog;
  slug: string;
  /** Where the renditions of the film are: `mediaDir/videos/<slug>/<revision>`. */
  filmDir: string;
}>;

/**
 * A library with one film of 12 s in `dir`, laid out as DESIGN §4 says: 360p and 720p, three segments
 * each, and two audio languages. The address in its document is not that of any server here, so that
 * it plays only if the preview puts its own in its place.
 */
export async function makeLibrary(dir: string): Promise<Library> {
  const slug = 'phim-thu';
  const revision = 'r-0123456789';
  const mediaDir = join(dir, 'media');
  const filmDir = join(mediaDir, 'videos', slug, revision);
  await mkdir(filmDir, { recursive: true });
  await mkdir(join(mediaDir, 'posters'), { recursive: true });
  const clip = await makeClip({
    dir,
    seconds: 12,
    width: 1280,
    height: 720,
    audio: [{ language: 'eng', isDefault: true }, { language: 'vie' }],
  });
  await encode(clip, filmDir);
  await writeFile(join(mediaDir, 'videos', slug, 'master.m3u8'), master(revision));
  await runFfmpeg([
    '-ss',
    '5',
    '-i',
    clip,
    '-frames:v',
    '1',
    join(mediaDir, `posters/${slug}.jpg`),
  ]);
  const publicBaseUrl = 'http://127.0.0.1:9';
  return { mediaDir, publicBaseUrl, slug, filmDir, catalog: catalogOf(slug, publicBaseUrl) };
}

async function encode(clip: string, filmDir: string): Promise<void> {
  const names = ['360p', '720p'].map((name, index) => `v:${index},agroup:audio,name:${name}`);
  const audio = ['audio-en', 'audio-vi'].map(
    (name, index) => `a:${index},agroup:audio,name:${name}`,
  );
  await runFfmpeg([
    ...['-i', clip, '-filter_complex', '[0:v]split[a][b];[a]scale=640:360[small]'],
    ...['-map', '[small]', '-map', '[b]', '-map', '0:a:0', '-map', '0:a:1'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-sc_threshold', '0'],
    ...['-b:v:0', '600k', '-b:v:1', '1500k', '-c:a', 'aac', '-b:a', '96k'],
    ...['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod'],
    ...['-var_stream_map', [...names, ...audio].join(' ')],
    ...['-hls_segment_filename', join(filmDir, '%v/seg_%05d.ts'), join(filmDir, '%v/index.m3u8')],
  ]);
}

function master(revision: string): string {
  const codecs = 'CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio",CLOSED-CAPTIONS=NONE';
  const media = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",AUTOSELECT=YES,CHANNELS="2"';
  return `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
${media},NAME="English",LANGUAGE="en",DEFAULT=YES,URI="${revision}/audio-en/index.m3u8"
${media},NAME="Tiếng Việt",LANGUAGE="vi",DEFAULT=NO,URI="${revision}/audio-vi/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,FRAME-RATE=24.000,${codecs}
${revision}/360p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2200000,RESOLUTION=1280x720,FRAME-RATE=24.000,${codecs}
${revision}/720p/index.m3u8
`;
}

function catalogOf(slug: string, publicBaseUrl: string): Catalog {
  return documentCatalog([
    {
      _id: new ObjectId(),
      slug,
      title: 'Phim thử <b>một</b>',
      description: 'Hình thử và một âm đơn.\n<script>document.title = "broken in"</script>',
      language: 'vi',
      year: 2024,
      thumbnail_url: `${publicBaseUrl}/posters/${slug}.jpg`,
      hls_url: `${publicBaseUrl}/videos/${slug}/master.m3u8`,
      metadata: { duration: '00:00:12', resolutions: ['360p', '720p'], codec: 'h264' },
      renditions: [
        { name: '360p', width: 640, height: 360 },
        { name: '720p', width: 1280, height: 720 },
      ],
      source: { filename: 'clip.mp4' },
      created_at: new Date('2024-05-01T10:00:00Z'),
    },
  ]);
}
