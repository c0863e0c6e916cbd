import type { Copyable, PictureGroup } from '../model/coded-stream.ts';
import type { AudioRendition, Grid, VideoRendition } from '../model/plan.ts';
import type { Source } from '../model/source.ts';
import { cutList } from './cut-list.ts';

/** The part of a plan that copying changes. */
export type Renditions = Readonly<{
  grid: Grid;
  /** Smallest first. */
  video: readonly VideoRendition[];
  audio: readonly AudioRendition[];
}>;

export type CopyOptions = Readonly<{ source: Source; segmentSeconds: number; copyable: Copyable }>;

/**
 * Puts the film's own streams in the place of the renditions that they equal: its picture for the top
 * rung, with all rungs cut at its key frames, and its sound. `copyReason` says in one line what is taken
 * and why no more.
 */
export function copyWhatFits(
  renditions: Renditions,
  { source, segmentSeconds, copyable }: CopyOptions,
): Renditions & Readonly<{ copyReason: string }> {
  const { picture } = copyable;
  const movedMs = 'objection' in picture ? (source.video.gridOffsetMs ?? 0) : 0;
  const isInTime = Math.abs(movedMs) <= MOST_MOVED_MS;
  const audio = renditions.audio.map((rendition) =>
    isInTime ? copySound(rendition, source, copyable) : rendition,
  );
  const told = audio.map((rendition) =>
    isInTime
      ? soundReason(rendition, copyable)
      : `${rendition.name} is encoded: it is moved by ${Math.round(movedMs)} ms, with the picture`,
  );
  if ('objection' in picture) {
    const copyReason = [`the picture is encoded: ${picture.objection}`, ...told].join('; ');
    return { ...renditions, audio, copyReason };
  }
  const { frameRate } = renditions.grid;
  const top = renditions.video.at(-1);
  if (top === undefined) throw new Error('a ladder has at least one rung');
  return {
    grid: cutList(picture.groups, { frameRate, segmentSeconds }),
    video: [...renditions.video.slice(0, -1), copyPicture(top, source, picture.groups)],
    audio,
    copyReason: [`the film's own picture is what ${top.name} would be`, ...told].join('; '),
  };
}

/** Sound that is copied stays where it is: it may be late by the lead-in of AAC, hardly by two pictures. */
const MOST_MOVED_MS = 25;

function soundReason({ name, sourceIndex, isCopied }: AudioRendition, copyable: Copyable): string {
  if (isCopied) return `${name} is copied`;
  const sound = copyable.sounds.find(({ index }) => index === sourceIndex);
  const why = sound !== undefined && 'objection' in sound ? `: ${sound.objection}` : '';
  return `${name} is encoded${why}`;
}

/** The rates are those of the source: what it has on average, and at most. */
function copyPicture(
  rung: VideoRendition,
  { video }: Source,
  groups: readonly PictureGroup[],
): VideoRendition {
  const bytes = groups.reduce((total, group) => total + group.bytes, 0);
  const frames = groups.reduce((total, group) => total + group.frames, 0);
  const seconds = (frames * video.frameRate.den) / video.frameRate.num;
  const averageKbps = Math.round((bytes * 8) / 1000 / seconds);
  return { ...rung, averageKbps, maxKbps: Math.max(rung.maxKbps, averageKbps), isCopied: true };
}

function copySound(
  rendition: AudioRendition,
  { audio }: Source,
  { sounds }: Copyable,
): AudioRendition {
  const track = audio.find(({ index }) => index === rendition.sourceIndex);
  const sound = sounds.find(({ index }) => index === rendition.sourceIndex);
  if (track === undefined || sound === undefined || 'objection' in sound) return rendition;
  const { channels, sampleRateHz } = track;
  // Surround of the same track, or sound that is to be made louder or quieter.
  const { group, gainDb = 0, fillMs } = rendition;
  if (group !== 'audio' || gainDb !== 0 || fillMs !== undefined) return rendition;
  const { mix: _, ...unmixed } = rendition;
  return { ...unmixed, channels, sampleRateHz, kbps: sound.kbps, isCopied: true };
}
