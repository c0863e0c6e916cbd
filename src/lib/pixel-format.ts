/** Of ffmpeg's names of pixel formats: red, green and blue, by planes, packed or by a palette; also XYZ. */
export function isRgb(pixelFormat: string): boolean {
  return /^(0?(rgb|bgr)|a(rgb|bgr)|x2(rgb|bgr)|gbr|pal8|xyz|bayer)/.test(pixelFormat);
}

export function isGrey(pixelFormat: string): boolean {
  return /^(gray|ya\d|mono)/.test(pixelFormat);
}

/** Some of the picture may be transparent. Of a palette nobody can tell; it is taken for opaque. */
export function hasAlpha(pixelFormat: string): boolean {
  return /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|ayuv)/.test(pixelFormat);
}
