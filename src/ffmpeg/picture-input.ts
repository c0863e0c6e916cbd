import type { Source } from '../model/source.ts';
import { sourceArgs } from './input-args.ts';

/**
 * The input side of a call that decodes the picture of a film that was probed. One whose header does not
 * turn it is not turned: from version 8 on ffmpeg does what the pictures themselves say (display
 * orientation in H.264 and HEVC, Exif in JPEG), which no header tells and the size was not planned for.
 */
export function pictureInput(source: Pick<Source, 'path' | 'video'>): readonly string[] {
  return [...(isTurnedByFfmpeg(source.video) ? [] : ['-noautorotate']), ...sourceArgs(source)];
}

/** Filters of ffmpeg's own then stand before ours. */
export function isTurnedByFfmpeg({ rotation, isMirrored, oddAngle }: Source['video']): boolean {
  return rotation !== 0 || isMirrored === true || oddAngle !== undefined;
}
