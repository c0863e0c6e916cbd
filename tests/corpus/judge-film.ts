import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { probe } from '../../src/ffmpeg/probe/probe.ts';
import type { Source } from '../../src/model/source.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfprobe } from '../helpers/run-ffmpeg.ts';
import { greyPictures, likeness } from './compare-pictures.ts';
import { measureLag, soundOf } from './measure-lag.ts';

const PRESET = resolve(import.meta.dirname, '../fixtures/presets/corpus.json');

/** What became of one film. */
export type Judgement = Readonly<{
  exit: number;
  /** Of a refused film: what was said, in a line. */
  said?: string;
  played?: PlayedFilm;
}>;

export type PlayedFilm = Readonly<{
  seconds: number;
  frames: number;
  width: number;
  height: number;
  /** Shape of the picture against the source's, in per cent. */
  aspectErrorPercent: number;
  audioTracks: number;
  /** By how much the sound is late against the source's; undefined where there is nothing to hear. */
  soundLateMs?: number;
  /** Likeness of the first and the middle picture to the source's, 1 at best. */
  first: number;
  middle: number;
  /** By how much picture and sound together begin earlier than in the film, by its plan. */
  earlyMs: number;
  /** What was said on the way. */
  warnings: string;
}>;

/** Adds a film to a library of its own with the built-in path of the command, and looks at what plays. */
export async function judgeFilm(path: string, flags: readonly string[] = []): Promise<Judgement> {
  const user = newUser({ MOVIE_INGEST_PRESET: PRESET });
  const { exitCode, stderr } = await runMain(['add', path, ...flags], user);
  if (exitCode !== 0) {
    const said = /✖ (.*?) {2}exit/.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0] ?? '';
    if (user.published().length + user.documents().length + user.leftovers().length > 0) {
      throw new Error(`a refused film left something behind: ${path}`);
    }
    return { exit: exitCode ?? -1, said };
  }
  return { exit: 0, played: { ...(await lookAt(path, user)), warnings: stderr } };
}

async function lookAt(path: string, user: User): Promise<Omit<PlayedFilm, 'warnings'>> {
  const [slug = ''] = user.documents();
  const document = JSON.parse(readFileSync(join(user.library, 'catalog', `${slug}.json`), 'utf8'));
  const media = join(user.library, 'media', 'videos', slug, document.revision);
  const source = await probe(path, {
    tools: {
      ffmpeg: process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg',
      ffprobe: process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe',
    },
  });
  const { metadata, audio_tracks, renditions } = document;
  const playlist = join(media, renditions.at(-1).name, 'index.m3u8');
  const pictures = await comparePictures({
    source,
    playlist,
    fps: metadata.fps,
    seconds: metadata.duration_seconds,
  });
  const lag = await soundLag({
    source,
    media,
    url: audio_tracks.find((it: { default: boolean }) => it.default)?.url,
  });
  return {
    seconds: metadata.duration_seconds,
    frames: await countFrames(playlist),
    width: metadata.width,
    height: metadata.height,
    aspectErrorPercent: aspectError(source, metadata),
    audioTracks: audio_tracks.length,
    ...(lag === undefined ? {} : { soundLateMs: lag }),
    earlyMs: source.video.gridOffsetMs ?? 0,
    ...pictures,
  };
}

/** MPEG-TS of ours begins at 1.4 s (`FIRST_PTS`). */
const PLAYED_OFFSET = 1.4;

const PLAYLIST_OPTIONS = ['-protocol_whitelist', 'file', '-allowed_extensions', 'ALL'];
const playedInput = (playlist: string) => [...PLAYLIST_OPTIONS, '-copyts', '-i', playlist];
const sourceInput = (source: Source) => {
  const clock = source.video.timeStamps === 'steady' ? ['-copyts', '-start_at_zero'] : [];
  return [...clock, '-i', `file:${source.path}`];
};

type Played = Readonly<{ source: Source; playlist: string; fps: number; seconds: number }>;

/** A picture that is played is compared with those of the source around its moment, and the best counts. */
async function comparePictures({ source, playlist, fps, seconds }: Played) {
  const isHdr = source.video.transfer !== 'sdr';
  const frame = 1 / fps;
  const compareAt = async (time: number) => {
    const [played] = await greyPictures({
      input: playedInput(playlist),
      stream: '0:v:0',
      offset: PLAYED_OFFSET,
      fromSeconds: time - frame / 4,
      toSeconds: time + frame * 0.75,
    });
    if (played === undefined) return 0;
    const candidates = await greyPictures({
      input: sourceInput(source),
      stream: `0:${source.video.index}`,
      offset: 0,
      // A source of varying rate may rest on its picture for long.
      fromSeconds: time === 0 ? -1 : Math.max(0, time - 3),
      // The picture may begin later than the film.
      toSeconds: Math.max(time, source.video.startMs / 1000) + 1.6 * frame,
    });
    const near = time === 0 ? candidates.slice(0, 2) : candidates.slice(-4);
    return Math.max(0, ...near.map((candidate) => likeness(played, candidate, { isHdr })));
  };
  const middle = Math.floor((seconds * fps) / 2) / fps;
  return { first: await compareAt(0), middle: await compareAt(middle) };
}

async function soundLag(
  options: Readonly<{ source: Source; media: string; url: string | undefined }>,
): Promise<number | undefined> {
  const { source, media, url } = options;
  if (url === undefined) return undefined;
  const folder = join(media, url.split('/').at(-2) ?? '');
  const played = await soundOf({
    path: joinSegments(folder),
    // Named, not guessed: a second of sound is fewer packets than the guess needs.
    options: ['-f', 'mpegts'],
    stream: 'a:0',
    zeroSeconds: PLAYED_OFFSET,
  });
  const header = (await runFfprobe(source.path, ['-show_entries', 'format=start_time'])) as {
    format: { start_time?: string };
  };
  const zeroSeconds = Number(header.format.start_time ?? 0);
  // Which track became the default is not asked: the one that is like it.
  for (const { index } of source.audio) {
    const heard = { path: source.path, options: [], stream: String(index), zeroSeconds };
    const lag = measureLag(await soundOf(heard), played);
    if (lag !== undefined) return lag;
  }
  return undefined;
}

/** The first 24 s. */
function joinSegments(folder: string): string {
  const path = join(folder, 'joined.ts');
  const segments = readdirSync(folder).filter((name) => /^seg_\d+\.ts$/.test(name));
  const bytes = segments
    .toSorted()
    .slice(0, 4)
    .map((name) => readFileSync(join(folder, name)));
  writeFileSync(path, Buffer.concat(bytes));
  return path;
}

async function countFrames(playlist: string): Promise<number> {
  const counted = (await runFfprobe(playlist, [
    ...['-protocol_whitelist', 'file', '-allowed_extensions', 'ALL', '-select_streams', 'v:0'],
    ...['-count_packets', '-show_entries', 'stream=nb_read_packets'],
  ])) as { streams: readonly { nb_read_packets: string }[] };
  return Number(counted.streams[0]?.nb_read_packets);
}

function aspectError(
  { video }: Source,
  { width, height }: Readonly<{ width: number; height: number }>,
): number {
  return Math.abs((width * video.height) / (height * video.width) - 1) * 100;
}
