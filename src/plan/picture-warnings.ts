import type { PictureFilters } from '../model/plan.ts';
import { toNumber } from '../model/rational.ts';
import type { VideoTrack } from '../model/source.ts';
import { nameRange } from './choose-tone-mapper.ts';

/**
 * What is done to the pictures that a viewer could notice, and what could not be known, one line each.
 * Turning, square pixels and conversions that nobody sees are not among them.
 */
export function pictureWarnings(video: VideoTrack, picture: PictureFilters): readonly string[] {
  return [
    ...fieldWarnings(video, picture),
    ...rateWarnings(video),
    ...rangeWarnings(video, picture),
    ...shapeWarnings(video, picture),
  ];
}

function fieldWarnings({ fields }: VideoTrack, picture: PictureFilters): readonly string[] {
  if (fields?.isTelecined === true) {
    return [
      'The film looks telecined (24 pictures a second stretched to 30, 3:2 pulldown): it is deinterlaced and stays at its rate; its movement will not be quite even.',
    ];
  }
  if (picture.deinterlace === false) {
    return fields?.told === 'interlaced'
      ? ['The film says that it is interlaced, but its pictures are whole: they are left sharp.']
      : [];
  }
  return [`The film is interlaced (${evidence(fields)}): it is deinterlaced.`];
}

function evidence(fields: VideoTrack['fields']): string {
  if (fields === undefined || fields.told === 'interlaced') return 'it says so';
  return fields.told === 'progressive'
    ? 'its pictures show it, though it says otherwise'
    : 'its pictures show it';
}

function rateWarnings({ frameRate, sourceFps, isVariableRate }: VideoTrack): readonly string[] {
  const rate = shown(toNumber(frameRate));
  if (isVariableRate === true) {
    return [
      `Its pictures come at an uneven rate (${shown(sourceFps ?? toNumber(frameRate))} a second on average): it is encoded at ${rate}, some are doubled or left out.`,
    ];
  }
  if (sourceFps === undefined || sourceFps < toNumber(frameRate) * 1.5) return [];
  return [`${shown(sourceFps)} pictures a second become ${rate}: streams have 60 at most.`];
}

function rangeWarnings(video: VideoTrack, picture: PictureFilters): readonly string[] {
  if (picture.toneMap !== 'none') {
    return [`HDR (${nameRange(video)}) is turned into SDR by ${picture.toneMap}.`];
  }
  const { colour, bitDepth } = video;
  const isUntagged = colour.transfer === undefined || /^(unknown|reserved)$/.test(colour.transfer);
  if (bitDepth > 8 && isUntagged && colour.primaries === 'bt2020') {
    return [
      'The film has the colours of HDR (BT.2020) but does not say whether it is HDR: it is taken for SDR. If it looks pale, it was HDR.',
    ];
  }
  return picture.toBt709?.primaries === undefined
    ? []
    : [`Its wide colours (${picture.toBt709.primaries}) are mapped to those of BT.709.`];
}

function shapeWarnings(video: VideoTrack, picture: PictureFilters): readonly string[] {
  return [
    ...(video.oddAngle === undefined
      ? []
      : [`The film is to be turned by ${video.oddAngle}°: its corners are cut off or black.`]),
    ...(picture.flattensAlpha === true
      ? ['The picture may be transparent: it is laid on black.']
      : []),
  ];
}

/** `23.976`, `60`, `9.96`. */
function shown(fps: number): string {
  return String(Number(fps.toFixed(3)));
}
