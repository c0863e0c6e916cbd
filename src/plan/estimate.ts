import { isCutList } from '../model/grid.ts';
import type { AudioRendition, Estimate, Grid, Plan, VideoRendition } from '../model/plan.ts';
import type { Container } from '../model/preset.ts';
import { toNumber } from '../model/rational.ts';
import { tileSpans } from './storyboard-grid.ts';

/** MPEG-TS headers and stuffing on top of the streams; 188-byte packets weigh more at low rates. */
const TS_OVERHEAD = 1.06;
/** What CRF 22 takes of its cap on an ordinary film (quality.md §4: 0.23 to 1.0). */
const SHARE_OF_CAP = 0.75;
/** For the work folder no guess will do: all at the cap, and a little. */
const DISK_MARGIN = 1.1;
/** Poster, manifest, master. */
const SINGLE_OBJECTS = 3;

export type EstimateParts = Readonly<{
  durationMs: number;
  grid: Grid;
  video: readonly VideoRendition[];
  audio: readonly AudioRendition[];
  usesCrf: boolean;
  container: Container;
  beside?: Readonly<{
    subtitles: Plan['subtitles'];
    storyboard: Plan['storyboard'];
    hasChapters: boolean;
  }>;
}>;

/** What the package will weigh, before anything is known but the plan. */
export function estimate(parts: EstimateParts): Estimate {
  const { durationMs, grid, video, audio, usesCrf, container, beside } = parts;
  const seconds = durationMs / 1000;
  const bytesAt = (kbps: number) => (kbps * 1000 * seconds * TS_OVERHEAD) / 8;
  const audioKbps = sum(audio.map((rendition) => rendition.kbps));
  const expectedKbps = sum(
    video.map((rung) =>
      usesCrf && rung.isCopied !== true ? rung.maxKbps * SHARE_OF_CAP : rung.averageKbps,
    ),
  );
  // Of a copied rung the bytes are known.
  const capKbps = sum(video.map((rung) => (rung.isCopied ? rung.averageKbps : rung.maxKbps)));
  const segments = segmentsOf(grid, seconds) * video.length + cutsOf(grid, seconds) * audio.length;
  const playlists = 2 * video.length + audio.length;
  const inits = container === 'fmp4' ? video.length + audio.length : 0;
  return {
    bytes: Math.round(bytesAt(expectedKbps + audioKbps)),
    segments,
    objects: segments + inits + playlists + SINGLE_OBJECTS + objectsBeside(durationMs, beside),
    diskBytes: Math.round(bytesAt(capKbps + audioKbps) * DISK_MARGIN),
  };
}

/** Of one video rendition. */
function segmentsOf(grid: Grid, seconds: number): number {
  return isCutList(grid) ? grid.segments.length : cutsOf(grid, seconds);
}

/** Of one audio rendition: sound can be cut anywhere. */
function cutsOf(grid: Grid, seconds: number): number {
  if (isCutList(grid)) return Math.max(1, Math.ceil(seconds / grid.segmentSeconds));
  const frames = Math.ceil(seconds * toNumber(grid.frameRate));
  return Math.max(1, Math.ceil(frames / grid.segmentFrames));
}

/** A text and its playlist for each subtitle; the sheets of the storyboard and its list; chapters. */
function objectsBeside(durationMs: number, beside: EstimateParts['beside']): number {
  if (beside === undefined) return 0;
  const { storyboard, subtitles, hasChapters } = beside;
  const tiles = tileSpans(storyboard, durationMs).length;
  const sheets = Math.ceil(tiles / (storyboard.columns * storyboard.rows));
  return 2 * subtitles.length + sheets + 1 + (hasChapters ? 1 : 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
