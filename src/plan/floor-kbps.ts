import type { Size } from './even-size.ts';

/** 250 kb/s at 360p, about 700 at 720p, 1,200 at 1080p (quality.md §5.2). */
const FLOOR_KBPS_AT_360P = 250;
const PIXELS_OF_360P = 640 * 360;
const FLOOR_GROWTH = 0.72;

/** What a rung may take in any case: fewer bits would spare nothing, and a still picture becomes mud. */
export function floorKbps({ width, height }: Size): number {
  return FLOOR_KBPS_AT_360P * ((width * height) / PIXELS_OF_360P) ** FLOOR_GROWTH;
}
