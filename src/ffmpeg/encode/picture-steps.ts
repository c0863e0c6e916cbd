import { isRgb } from '../../lib/pixel-format.ts';
import type { ColourConversion, PictureFilters } from '../../model/plan.ts';
import type { VideoTrack } from '../../model/source.ts';
import { hdrPrimariesOf, toneMapSteps } from './tone-map.ts';

/**
 * Filters that make whole pictures of fields, and cut them as the container says, which must be done on
 * every decoded picture: a cut by an odd number of lines would turn the fields around.
 */
export function frameSteps({ deinterlace, crop }: PictureFilters): readonly string[] {
  return [
    ...(deinterlace === false ? [] : [`bwdif=mode=send_frame:${DEINTERLACE[deinterlace]}`]),
    ...(crop === undefined
      ? []
      : [`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}:exact=1`]),
  ];
}

const DEINTERLACE = {
  marked: 'parity=auto:deint=interlaced',
  top: 'parity=tff:deint=all',
  bottom: 'parity=bff:deint=all',
} as const;

/** Filters from the source's colours to BT.709 of standard range, where they are others. */
export function colourSteps(video: VideoTrack, picture: PictureFilters): readonly string[] {
  const isOdd = hasOddSide(video);
  return [
    // Over black, as players show it; without it the colours of what is transparent would come to light.
    ...(picture.flattensAlpha === true ? [flatten(video)] : []),
    ...(picture.toBt709 === undefined
      ? []
      : convert(picture.toBt709, { isOdd, pixelFormat: video.pixelFormat })),
    ...(picture.toneMap === 'none'
      ? []
      : toneMapSteps(picture.toneMap, {
          transfer: video.transfer === 'hlg' ? 'hlg' : 'pq',
          primaries: hdrPrimariesOf(video.colour.primaries),
          isFullRange: video.colour.fullRange,
          isRgb: isRgb(video.pixelFormat),
          isOdd,
          isDolbyOnly: video.dolbyVision?.hasBaseLayer === false,
        })),
  ];
}

/** `premultiply` knows planes only. */
function flatten({ pixelFormat, bitDepth }: VideoTrack): string {
  const isPlanar = /^(yuva|gbrap)/.test(pixelFormat);
  return `${isPlanar ? '' : `format=gbrap${bitDepth > 8 ? '16le' : ''},`}premultiply=inplace=1`;
}

/**
 * Once, before the rungs: swscale's own way from one matrix to another, once a rung, is slower and
 * darkens and tints by 3 of 255 (white 252, 255, 252; measured on 5.1.9 and 8.1.2, docs/pictures.md).
 * A wider gamut is mapped by the curve of a screen, so that greys stay as they are.
 */
function convert(
  conversion: ColourConversion,
  { isOdd, pixelFormat }: Readonly<{ isOdd: boolean; pixelFormat: string }>,
): readonly string[] {
  const { filter, matrix, primaries, fullRange } = conversion;
  const isFromRgb = isRgb(pixelFormat);
  const range = fullRange ? 'pc' : 'tv';
  const gamut = primaries ?? 'bt709';
  if (filter === 'zscale') {
    return [
      ...(isOdd && !isFromRgb ? ['format=yuv444p10le'] : []),
      `zscale=${isFromRgb ? 'min=gbr:rin=pc' : `min=${matrix}:rin=${range}`}:pin=${gamut}:tin=bt709:` +
        'm=bt709:p=bt709:t=bt709:r=tv:dither=error_diffusion',
      // From RGB it goes to whatever is asked behind it, and would stay there.
      ...(isFromRgb ? ['format=yuv444p10le'] : []),
    ];
  }
  const curve = primaries === undefined ? 'bt709' : 'gamma22';
  return [
    // It takes no odd size, in whatever format; each rung has an even one of its own anyway.
    ...(isOdd ? ['scale=ceil(iw/2)*2:ceil(ih/2)*2:flags=lanczos'] : []),
    // Nor RGB.
    ...(isFromRgb ? ['scale=out_color_matrix=bt709:out_range=tv,format=yuv444p10le'] : []),
    `colorspace=ispace=${matrix}:iprimaries=${gamut}:itrc=${curve}:irange=${range}:` +
      `space=bt709:primaries=bt709:trc=${curve}:range=tv${fullRange ? plainFormat(pixelFormat) : ''}`,
  ];
}

/**
 * From a `yuvj` format the filter would go to one, which means full range whatever the frame says: from
 * ffmpeg 8 on it was converted a second time then (measured on 8.1.2 and 9.0.2; not on 5.1.9).
 */
function plainFormat(pixelFormat: string): string {
  const chroma = /^yuvj?(420|422|444)p$/.exec(pixelFormat)?.[1];
  return chroma === undefined ? '' : `:format=yuv${chroma}p`;
}

function hasOddSide({ crop, isCroppedByFfmpeg, codedWidth, codedHeight }: VideoTrack): boolean {
  const { width, height } = crop ?? { width: codedWidth, height: codedHeight };
  return isCroppedByFfmpeg === true || width % 2 === 1 || height % 2 === 1;
}
