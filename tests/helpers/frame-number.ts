/**
 * How a picture carries its number, in words that both ffmpeg's painter and our reader use: a strip at
 * the foot, an eighth of the height, in two rows of 16 cells. The upper row has bit 0 at the left,
 * white for 1; the lower row is its negative. A reader compares the two rows, so it needs no
 * threshold, and a picture without a number is noticed. Survives scaling, any bit rate, HDR to SDR.
 * Not drawtext: Homebrew's ffmpeg is built without it.
 */
export const BITS = 16;

/** Filter chain of one `-filter_complex` branch: the strip alone, `width` wide. */
export function paintStrip(
  size: Readonly<{ width: number; height: number; rate: string }>,
): string {
  // Y is 0 in the upper row; geq runs on 32 pixels, so even 1080p costs nothing.
  const bit = `mod(floor(N/pow(2,X))+Y,2)`;
  return [
    `nullsrc=size=${BITS}x2:rate=${size.rate}`,
    'format=yuv444p',
    `geq=lum='16+219*${bit}':cb=128:cr=128`,
    `scale=${size.width}:${stripHeight(size.height)}:flags=neighbor`,
  ].join(',');
}

/** Filter chain that turns a picture into the 32 bytes that `readNumber` takes. */
export const READ_STRIP = `crop=iw:2*floor(ih/16):0:ih-oh,scale=${BITS}:2:flags=area,format=gray`;

/** The number of one picture, or undefined where none can be read. */
export function readNumber(cells: Uint8Array): number | undefined {
  let number = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const contrast = (cells[bit] ?? 0) - (cells[BITS + bit] ?? 0);
    if (Math.abs(contrast) < 60) return undefined;
    if (contrast > 0) number += 2 ** bit;
  }
  return number;
}

/** Even, as 4:2:0 wants it. */
function stripHeight(height: number): number {
  return 2 * Math.floor(height / 16);
}
