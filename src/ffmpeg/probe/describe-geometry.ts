import { toNumber } from '../../model/rational.ts';
import type { VideoTrack } from '../../model/source.ts';
import type { Framing } from './container-framing.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { type Edge, type Orientation, orientationOf } from './orientation.ts';
import { parseRatio } from './parse-ratio.ts';

export type Geometry = Pick<
  VideoTrack,
  | 'codedWidth'
  | 'codedHeight'
  | 'width'
  | 'height'
  | 'rotation'
  | 'isMirrored'
  | 'oddAngle'
  | 'crop'
  | 'isCroppedByFfmpeg'
>;

/** Pixels off each edge of the coded picture. */
export type Margins = Readonly<Record<Edge, number>>;

const NOTHING: Margins = { left: 0, right: 0, top: 0, bottom: 0 };

/**
 * The picture as it is shown: cut as the container says, pixels made square by widening (no line is
 * thrown away), turned. `framing` is what we read of the container ourselves; ffprobe's own account of
 * the crop (ffmpeg ≥ 7.1, which then cuts by itself) goes before it.
 */
export function describeGeometry(stream: ProbedStream, framing: Framing | undefined): Geometry {
  const codedWidth = stream.width ?? 0;
  const codedHeight = stream.height ?? 0;
  const orientation = orientationOf(stream);
  const { rotation, isMirrored, oddAngle } = orientation;
  const byFfmpeg = marginsOf(stream);
  const own = byFfmpeg === undefined ? framing : undefined;
  const margins = byFfmpeg ?? own?.margins ?? NOTHING;
  const shownWidth = codedWidth - margins.left - margins.right;
  const shownHeight = codedHeight - margins.top - margins.bottom;
  const told = parseRatio(stream.sample_aspect_ratio, ':');
  const pixelAspect =
    own?.displayAspect === undefined
      ? told && toNumber(told)
      : (toNumber(own.displayAspect) * shownHeight) / shownWidth;
  const squareWidth = Math.round(shownWidth * (pixelAspect ?? 1));
  const isTurned = rotation % 180 === 90;
  return {
    codedWidth,
    codedHeight,
    width: isTurned ? shownHeight : squareWidth,
    height: isTurned ? squareWidth : shownHeight,
    rotation,
    ...(isMirrored ? { isMirrored } : {}),
    ...(oddAngle === undefined ? {} : { oddAngle }),
    ...(byFfmpeg === undefined ? {} : { isCroppedByFfmpeg: true as const }),
    ...(own === undefined
      ? {}
      : { crop: cropUpright(orientation, margins, { shownWidth, shownHeight }) }),
  };
}

function marginsOf({ side_data_list }: ProbedStream): Margins | undefined {
  const data = side_data_list.find(({ side_data_type }) => side_data_type === 'Frame Cropping');
  if (data === undefined) return undefined;
  return {
    left: data.crop_left ?? 0,
    right: data.crop_right ?? 0,
    top: data.crop_top ?? 0,
    bottom: data.crop_bottom ?? 0,
  };
}

/** The crop of the picture after ffmpeg has turned it. */
function cropUpright(
  { edges, rotation }: Orientation,
  margins: Margins,
  { shownWidth, shownHeight }: Readonly<{ shownWidth: number; shownHeight: number }>,
): NonNullable<Geometry['crop']> {
  const isTurned = rotation % 180 === 90;
  return {
    x: margins[edges.left],
    y: margins[edges.top],
    width: isTurned ? shownHeight : shownWidth,
    height: isTurned ? shownWidth : shownHeight,
  };
}
