/**
 * HDR10 and HLG to SDR in linear light, hable without desaturation (ffmpeg-hls.md §3): a filter chain
 * from frames as decoded to 10-bit BT.709, dithered down to it (quality.md §6).
 */
export const TONE_MAP =
  'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,' +
  'zscale=t=bt709:m=bt709:r=tv:dither=error_diffusion,format=yuv420p10le';
