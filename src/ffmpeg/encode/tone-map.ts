import type { ToneMapperName } from '../../model/toolchain.ts';

/** What must be known of an HDR picture; its tags are given to the filters, as frames may lack them. */
export type HdrPicture = Readonly<{
  transfer: 'pq' | 'hlg';
  primaries: HdrPrimaries;
  /** Of 0 to 1023 and so on, as some cameras record HLG: taken for the other its lights are cut off. */
  isFullRange: boolean;
  isRgb: boolean;
  /** Sides that 4:2:0 cannot halve: zimg refuses them. */
  isOdd: boolean;
  /** Dolby Vision without a base layer: the filter must take the colours from its own record. */
  isDolbyOnly: boolean;
}>;

/** The gamuts that HDR is mastered in. */
export type HdrPrimaries = 'bt2020' | 'smpte431' | 'smpte432';

/** As tagged; whatever else is said of HDR is a mistake, as it is made in BT.2020. */
export function hdrPrimariesOf(told: string | undefined): HdrPrimaries {
  return told === 'smpte431' || told === 'smpte432' ? told : 'bt2020';
}

/**
 * HDR10 and HLG to SDR (ffmpeg-hls.md §3): a filter chain from pictures as decoded to 10-bit BT.709,
 * dithered down to it (quality.md §6). Measured on a chart whose white is 203 nits, 8-bit sRGB: zscale
 * with hable without desaturation 193, greys neutral, pure colours kept; swscale (ffmpeg ≥ 8) 154,
 * pure colours paler; without any of them 146 and every colour washed out (docs/pictures.md).
 */
export function toneMapSteps(name: ToneMapperName, picture: HdrPicture): readonly string[] {
  const chroma = picture.isOdd ? 'yuv444p10le' : 'yuv420p10le';
  const steps = { scale_vt: scaleVt, zscale, swscale, libplacebo }[name](picture);
  return [...(picture.isOdd ? [`format=${chroma}`] : []), ...steps, `format=${chroma}`];
}

/**
 * What goes before the inputs of an ffmpeg with these filters: `scale_vt` works on pictures in the
 * memory of a device, which must have been opened (ffmpeg-hls.md §1.6).
 */
export function toneMapDevice(name: 'none' | ToneMapperName): readonly string[] {
  if (name !== 'scale_vt') return [];
  return ['-init_hw_device', 'videotoolbox=vt', '-filter_hw_device', 'vt'];
}

const TRANSFERS = { pq: 'smpte2084', hlg: 'arib-std-b67' } as const;

/** Apple's own, on P010 alone: 4:2:0 in two planes, of even sizes (ffmpeg-hls.md §1.6). */
function scaleVt(picture: HdrPicture): readonly string[] {
  const { transfer, primaries, isFullRange, isRgb, isOdd } = picture;
  const colours = `color_primaries=${primaries}:color_trc=${TRANSFERS[transfer]}`;
  return [
    ...(isRgb ? ['scale=out_color_matrix=bt2020:out_range=tv'] : []),
    ...(isFullRange && !isRgb
      ? ['scale=in_color_matrix=bt2020:out_color_matrix=bt2020:in_range=pc:out_range=tv']
      : []),
    ...(isOdd ? ['scale=ceil(iw/2)*2:ceil(ih/2)*2:flags=lanczos'] : []),
    `format=p010le,setparams=colorspace=bt2020nc:range=tv:${colours}`,
    'hwupload,scale_vt=color_matrix=bt709:color_primaries=bt709:color_transfer=bt709',
    'hwdownload,format=p010le',
  ];
}

function zscale({ transfer, primaries, isFullRange, isRgb }: HdrPicture): readonly string[] {
  const layout = isRgb ? 'min=gbr:rin=full' : `min=bt2020nc:rin=${rangeOf(isFullRange)}`;
  return [
    `zscale=tin=${TRANSFERS[transfer]}:pin=${primaries}:${layout}:t=linear:npl=100`,
    'format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=tv:dither=error_diffusion',
  ];
}

function swscale({ transfer, primaries, isFullRange, isRgb }: HdrPicture): readonly string[] {
  const layout = isRgb ? 'in_range=pc' : `in_color_matrix=bt2020:in_range=${rangeOf(isFullRange)}`;
  return [
    `scale=${layout}:in_primaries=${primaries}:in_transfer=${TRANSFERS[transfer]}:` +
      'out_color_matrix=bt709:out_range=tv:out_primaries=bt709:out_transfer=bt709:intent=perceptual',
  ];
}

function libplacebo(picture: HdrPicture): readonly string[] {
  const { transfer, primaries, isFullRange, isRgb, isDolbyOnly } = picture;
  const layout = isRgb
    ? 'colorspace=gbr:range=pc'
    : `colorspace=bt2020nc:range=${rangeOf(isFullRange)}`;
  const tags = `setparams=${layout}:color_primaries=${primaries}:color_trc=${TRANSFERS[transfer]}`;
  return [
    ...(isDolbyOnly ? [] : [tags]),
    'libplacebo=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv:tonemapping=auto',
  ];
}

function rangeOf(isFullRange: boolean): 'pc' | 'tv' {
  return isFullRange ? 'pc' : 'tv';
}
