import { type Bandwidth, measureBandwidth, type Piece, targetDuration } from '../lib/bandwidth.ts';
import type {
  Package,
  PackagedFile,
  PackagedRendition,
  PackagedSubtitle,
  PackagedText,
  VariantFacts,
} from '../model/package.ts';
import type { AudioGroup, Plan, VideoRendition } from '../model/plan.ts';
import { durationOf } from './check-film.ts';
import { codecOf } from './codecs.ts';
import type { Collected, CollectedFilm, CollectedSegment } from './collect-renditions.ts';
import { listIFrames, printIFramePlaylist } from './i-frame-playlist.ts';
import { type MasterVariant, printMasterPlaylist } from './master-playlist.ts';
import { printMediaPlaylist } from './media-playlist.ts';
import { printChapters, printSubtitles } from './webvtt.ts';

/** Writes the playlists of a checked film from what was measured in its segments. */
export function buildPackage(
  options: Readonly<{
    plan: Plan;
    revision: string;
    film: CollectedFilm;
    subtitles: readonly PackagedSubtitle[];
  }>,
): Package {
  const { plan, revision, film, subtitles } = options;
  const { container } = plan;
  const all = [...film.video, ...film.audio];
  const target = targetDuration(
    all.flatMap(({ segments }) => segments.map(({ durationSeconds }) => durationSeconds)),
  );
  const sounds = measureSounds(film, target);
  const variants = sounds.flatMap((sound) =>
    film.video.map((rendition) => measureVariant(rendition, sound, target)),
  );
  const renditions = all.map(
    ({ planned, segments }): PackagedRendition => ({ name: planned.name, segments }),
  );
  const [first] = film.video;
  const durationSeconds = first === undefined ? 0 : durationOf(first);
  const texts = subtitles.map(({ rendition }) => rendition);
  return {
    renditions,
    playlists: [
      ...all.map(
        ({ planned, segments }): PackagedText => ({
          path: `${planned.name}/index.m3u8`,
          text: printMediaPlaylist(segments, { targetSeconds: target, container }),
        }),
      ),
      ...film.video.map(
        ({ planned, segments }): PackagedText => ({
          path: `${planned.name}/iframe.m3u8`,
          text: printIFramePlaylist(listIFrames(segments), container),
        }),
      ),
      ...texts.map(({ name }) => subtitlePlaylist(name, durationSeconds)),
    ],
    files: [...subtitles.map(subtitleFile), ...chapterFiles(plan)],
    subtitles: texts,
    master: printMasterPlaylist({
      revision,
      container,
      frameRate: plan.grid.frameRate,
      video: variants,
      audio: plan.audio,
      subtitles: texts,
    }),
    variants: film.video.map((rendition, index) => describeVariant(rendition, variants[index])),
    durationSeconds,
    bytes: all.reduce((total, { segments }) => total + bytesOf(segments), 0),
  };
}

const SUBTITLE_FILE = 'subtitles.vtt';

/**
 * One segment for the whole film: it is small, the app's own player wants one file, and RFC 8216bis
 * §6.2.4 lets subtitles have a target duration of their own.
 */
function subtitlePlaylist(name: string, durationSeconds: number): PackagedText {
  const segments = [{ file: SUBTITLE_FILE, durationSeconds }];
  const targetSeconds = targetDuration([durationSeconds]);
  // Of the plain kind also beside fMP4: a text needs no init segment.
  const text = printMediaPlaylist(segments, { targetSeconds, container: 'mpegts' });
  return { path: `${name}/index.m3u8`, text };
}

function subtitleFile({ rendition, cues }: PackagedSubtitle): PackagedFile {
  return {
    path: `${rendition.name}/${SUBTITLE_FILE}`,
    body: Buffer.from(printSubtitles(cues)),
  };
}

function chapterFiles({ source }: Plan): readonly PackagedFile[] {
  if (source.chapters.length === 0) return [];
  return [{ path: 'chapters.vtt', body: Buffer.from(printChapters(source.chapters)) }];
}

type Sound = Readonly<{
  group?: AudioGroup;
  bandwidth: Bandwidth;
  codecs: readonly string[];
}>;

/**
 * Each audio group, stereo first. In a group the largest rendition counts: any may be played with any
 * picture (Apple 9.13), and a track without surround is in that group with its stereo.
 */
function measureSounds({ audio }: CollectedFilm, target: number): readonly Sound[] {
  const groups = [...new Set(audio.map(({ planned }) => planned.group))];
  if (groups.length === 0) return [{ bandwidth: { peak: 0, average: 0 }, codecs: [] }];
  return groups.map((group) => {
    const members = audio.filter(
      ({ planned }) => planned.group === group || planned.group === 'audio',
    );
    const bandwidths = members.map(({ segments }) => measureBandwidth(piecesOf(segments), target));
    const codecs = members.flatMap(({ segments }) => segments.slice(0, 1).map(firstCodec));
    return {
      group,
      bandwidth: {
        peak: Math.max(0, ...bandwidths.map(({ peak }) => peak)),
        average: Math.max(0, ...bandwidths.map(({ average }) => average)),
      },
      codecs: [...new Set(codecs)],
    };
  });
}

function measureVariant(
  { planned, segments }: Collected<VideoRendition>,
  sound: Sound,
  target: number,
): MasterVariant {
  const picture = measureBandwidth(piecesOf(segments), target);
  const iFrames = listIFrames(segments);
  const iFrameTarget = targetDuration(iFrames.map(({ durationSeconds }) => durationSeconds));
  const codec = segments.slice(0, 1).map(firstCodec)[0] ?? '';
  return {
    name: planned.name,
    width: planned.width,
    height: planned.height,
    bandwidth: {
      peak: picture.peak + sound.bandwidth.peak,
      average: picture.average + sound.bandwidth.average,
    },
    codecs: [codec, ...sound.codecs].join(','),
    ...(sound.group === undefined ? {} : { audioGroup: sound.group }),
    iFrames: { bandwidth: measureBandwidth(iFrames, iFrameTarget), codec },
  };
}

function describeVariant(
  { planned, segments }: Collected<VideoRendition>,
  measured: MasterVariant | undefined,
): VariantFacts {
  return {
    name: planned.name,
    width: planned.width,
    height: planned.height,
    bandwidth: measured?.bandwidth.peak ?? 0,
    averageBandwidth: measured?.bandwidth.average ?? 0,
    codecs: measured?.codecs ?? '',
    bytes: bytesOf(segments),
    segments: segments.length,
  };
}

function firstCodec({ facts }: CollectedSegment): string {
  return codecOf(facts) ?? '';
}

function piecesOf(segments: readonly CollectedSegment[]): readonly Piece[] {
  return segments.map(({ facts, durationSeconds }) => ({ bytes: facts.bytes, durationSeconds }));
}

function bytesOf(segments: readonly CollectedSegment[]): number {
  return segments.reduce((total, { facts }) => total + facts.bytes, 0);
}
