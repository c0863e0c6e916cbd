import type { ProbedStream } from './ffprobe-output.ts';

/** How the coded picture is turned and mirrored to be shown; ffmpeg does the same by itself. */
export type Orientation = Readonly<{
  /** Clockwise. */
  rotation: 0 | 90 | 180 | 270;
  isMirrored: boolean;
  /** An angle that is none of these, in degrees clockwise: ffmpeg turns within the frame. */
  oddAngle?: number;
  /** The coded picture's edge that is shown at the left and at the top. */
  edges: Readonly<{ left: Edge; top: Edge }>;
}>;

export type Edge = 'left' | 'right' | 'top' | 'bottom';

/** What ffmpeg takes for a right angle. */
const ANGLE_SLACK = 1;

/**
 * From the display matrix (all eight ways of standing: phones write turned ones, selfie cameras and
 * scanners mirrored ones), else from the `rotate` tag of old files.
 */
export function orientationOf(stream: ProbedStream): Orientation {
  const data = stream.side_data_list.find(({ rotation }) => rotation !== undefined);
  // ffprobe counts counter-clockwise; a matrix of zeros has no angle.
  const told = data?.rotation === undefined ? Number(stream.tags['rotate'] ?? 0) : -data.rotation;
  const degrees = Number.isFinite(told) && Math.abs(told) <= 360 ? (told + 360) % 360 : 0;
  const nearest = (Math.round(degrees / 90) * 90) % 360;
  const isRight = Math.abs(((degrees - nearest + 540) % 360) - 180) <= ANGLE_SLACK;
  const [a, b, , c, d] = matrixOf(data?.displaymatrix) ?? TURNS[isRight ? nearest : 0] ?? UPRIGHT;
  const isTurned = isRight && nearest % 180 === 90;
  const rotation = isRight ? (nearest as Orientation['rotation']) : 0;
  const edges = isTurned
    ? { left: sign(c, 'top', 'bottom'), top: sign(b, 'left', 'right') }
    : { left: sign(a, 'left', 'right'), top: sign(d, 'top', 'bottom') };
  return {
    rotation,
    isMirrored: a * d - b * c < 0,
    ...(isRight ? {} : { oddAngle: Math.round(degrees) }),
    edges,
  };
}

type Matrix = readonly [number, number, number, number, number];

const UPRIGHT: Matrix = [1, 0, 0, 0, 1];
const TURNS: Readonly<Record<number, Matrix>> = {
  90: [0, 1, 0, -1, 0],
  180: [-1, 0, 0, 0, -1],
  270: [0, -1, 0, 1, 0],
};

/** ffprobe prints three lines of an offset and three fixed-point numbers: x' = a·x + c·y, y' = b·x + d·y. */
function matrixOf(text: string | undefined): Matrix | undefined {
  const rows = [...(text ?? '').matchAll(/^\w+:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/gm)];
  const numbers = rows.flatMap(([, ...row]) => row.map(Number));
  const [a = 0, b = 0, u = 0, c = 0, d = 0] = numbers;
  // A matrix of zeros, or one of more than a turn, says nothing.
  return numbers.length < 9 || a * d - b * c === 0 ? undefined : [a, b, u, c, d];
}

function sign<E extends Edge>(value: number, positive: E, negative: E): E {
  return value < 0 ? negative : positive;
}
