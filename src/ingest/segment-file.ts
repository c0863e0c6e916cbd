import { basename } from 'node:path';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import type { Segment } from '../model/segment.ts';

/** A segment as a decoder is told of it. */
export type CountedSegmentFile = Readonly<{
  rendition: string;
  file: string;
  init: string | undefined;
  keyFrames: number;
  frames: number;
}>;

export function segmentFile(segment: ScannedSegment): CountedSegmentFile {
  const { rendition, path, facts } = segment;
  const init = initFileOf(segment);
  const { frames, keyFrames } = facts;
  return { rendition, file: basename(path), init, keyFrames: keyFrames.length, frames };
}

export function initFileOf(segment: Pick<Segment, 'init'> | undefined): string | undefined {
  return segment?.init === undefined ? undefined : basename(segment.init.path);
}
