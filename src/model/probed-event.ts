import type { EventOf } from './event.ts';
import { toNumber } from './rational.ts';
import type { Source } from './source.ts';

/** What people want to know of a film at a glance. */
export function probedEvent(source: Source): EventOf<'probed'> {
  const { video } = source;
  return {
    type: 'probed',
    file: source.path,
    bytes: source.bytes,
    durationMs: source.durationMs,
    width: Math.round(video.width),
    height: Math.round(video.height),
    fps: Math.round(toNumber(video.frameRate) * 1000) / 1000,
    videoCodec: video.codec,
    notes: [...notesOf(video), ...(source.coverArt === undefined ? [] : ['cover'])],
    audioLanguages: source.audio.map((track) => track.language),
    subtitleLanguages: source.subtitles.map((track) => track.language),
  };
}

function notesOf(video: Source['video']): string[] {
  const notes: string[] = [];
  if (video.bitDepth > 8) notes.push(`${video.bitDepth}-bit`);
  if (video.dolbyVision !== undefined) {
    notes.push(`Dolby Vision profile ${video.dolbyVision.profile}`);
  }
  if (video.transfer === 'pq') notes.push('HDR10');
  if (video.transfer === 'hlg') notes.push('HLG');
  if (video.fieldOrder === 'interlaced') {
    notes.push(video.fields?.isTelecined === true ? 'telecined' : 'interlaced');
  }
  if (video.isVariableRate === true) notes.push('variable rate');
  if (video.rotation !== 0) notes.push(`turned ${video.rotation}°`);
  if (video.isMirrored === true) notes.push('mirrored');
  if (video.crop !== undefined || video.isCroppedByFfmpeg === true) notes.push('cropped');
  return notes;
}
