import { hasAlpha, isGrey, isRgb } from '../lib/pixel-format.ts';
import type { ColourConversion, PictureFilters } from '../model/plan.ts';
import type { HdrChoice } from '../model/settings.ts';
import type { VideoTrack } from '../model/source.ts';
import type { Toolchain } from '../model/toolchain.ts';
import { chooseToneMapper } from './choose-tone-mapper.ts';

export type PictureRequest = Readonly<{
  video: VideoTrack;
  toolchain: Pick<Toolchain, 'filters' | 'toneMappers'>;
  /** What the user wants done with HDR. */
  hdr: HdrChoice;
}>;

/**
 * What must be done to the film's pictures before they are scaled. Throws `film` for HDR that this
 * ffmpeg cannot turn into SDR, or that the user does not want turned.
 */
export function pictureFilters(request: PictureRequest): PictureFilters {
  const { video, toolchain } = request;
  const toneMap = chooseToneMapper(request);
  const toBt709 = toneMap === 'none' ? conversionOf(video, toolchain.filters) : undefined;
  return {
    deinterlace: deinterlaceOf(video),
    ...(video.crop === undefined ? {} : { crop: video.crop }),
    ...(hasAlpha(video.pixelFormat) ? { flattensAlpha: true as const } : {}),
    toneMap,
    ...(toBt709 === undefined ? {} : { toBt709 }),
    inputMatrix: inputMatrixOf(video, toneMap !== 'none' || toBt709 !== undefined),
    frameRounding: video.frameRounding,
    ...(video.gridOffsetMs === undefined ? {} : { gridOffsetMs: video.gridOffsetMs }),
    ...(video.leadMs === undefined ? {} : { leadMs: video.leadMs }),
    keepTimeStamps: video.timeStamps === 'steady',
  };
}

function deinterlaceOf({ fieldOrder, fields }: VideoTrack): PictureFilters['deinterlace'] {
  if (fieldOrder !== 'interlaced') return false;
  return fields === undefined || fields.isMarked ? 'marked' : fields.first;
}

/** Matrices that both filters know; another one is left to swscale and the frames' own tags. */
const MATRICES = /^(smpte170m|bt470bg|smpte240m|fcc|ycgco|bt2020nc)$/;
/** Gamuts so wide that their colours would come out pale. BT.601's are BT.709's but for a shade. */
const WIDE_GAMUTS = /^(bt2020|smpte431|smpte432)$/;

function conversionOf(
  video: VideoTrack,
  filters: Toolchain['filters'],
): ColourConversion | undefined {
  const { pixelFormat, colour } = video;
  const isWide = WIDE_GAMUTS.test(colour.primaries ?? '');
  const isFromRgb = isRgb(pixelFormat);
  if (isGrey(pixelFormat) || (isFromRgb && !isWide)) return undefined;
  const matrix = matrixOf(video);
  const isOther = !isFromRgb && MATRICES.test(matrix);
  if (!isWide && !isOther) return undefined;
  return {
    // zscale maps a gamut by the light of the screen, colorspace by that of the camera (§ docs/pictures.md).
    filter: isWide && filters.includes('zscale') ? 'zscale' : 'colorspace',
    matrix: isOther ? matrix : 'bt709',
    ...(isWide && colour.primaries !== undefined ? { primaries: colour.primaries } : {}),
    // RGB is first made BT.709 of standard range.
    fullRange: colour.fullRange && !isFromRgb,
  };
}

/** As tagged; untagged HD is BT.709, untagged SD BT.601: by both sides, as 1280×536 is HD too. */
function matrixOf({ colour, codedWidth, codedHeight }: VideoTrack): string {
  const { matrix } = colour;
  if (matrix !== undefined && !/^(unknown|reserved|gbr)$/.test(matrix)) return matrix;
  return codedWidth >= 1280 || codedHeight > 576 ? 'bt709' : 'smpte170m';
}

function inputMatrixOf(video: VideoTrack, isConverted: boolean): PictureFilters['inputMatrix'] {
  if (isConverted || isGrey(video.pixelFormat)) return 'bt709';
  // What is tagged is believed, picture by picture.
  const isTagged = matrixOf(video) === video.colour.matrix;
  return isRgb(video.pixelFormat) || isTagged ? 'auto' : 'bt709';
}
