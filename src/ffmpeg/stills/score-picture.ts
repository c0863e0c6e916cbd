/** A small grey picture, a byte a pixel, row by row. */
export type GreyPicture = Readonly<{ width: number; height: number; pixels: Uint8Array }>;

/**
 * How well a picture would do as a film's poster: 0 (black, white, one colour) to 1. Pure. `later` is
 * the picture a moment after it, when there is one: where much changes between the two there is a
 * fade, a blend of two scenes or fast movement. Factors, multiplied, so that one bad one is enough:
 * brightness, variety of tones (credits are black and white), fine detail (a blurred picture and a
 * blend have little), and calm.
 */
export function scorePicture(picture: GreyPicture, later?: GreyPicture): number {
  const { mean, variety } = tones(picture);
  const calm = later === undefined ? 0.5 : 1 / (1 + meanDifference(picture, later) / 12);
  const detail = meanLaplacian(picture);
  return exposure(mean) * variety * (detail / (detail + 10)) * calm;
}

/** 1 for middling brightness, 0 below 16 (black) and above 245. */
function exposure(mean: number): number {
  return Math.max(0, Math.min(1, (mean - 16) / 44, (245 - mean) / 50));
}

/** Mean, and the entropy of the tones in 32 steps, 0 to 1. */
function tones({ pixels }: GreyPicture): Readonly<{ mean: number; variety: number }> {
  const counts = new Uint32Array(32);
  let sum = 0;
  for (const pixel of pixels) {
    sum += pixel;
    const step = pixel >> 3;
    counts[step] = (counts[step] ?? 0) + 1;
  }
  let bits = 0;
  for (const count of counts) {
    const share = count / pixels.length;
    if (share > 0) bits -= share * Math.log2(share);
  }
  return { mean: sum / pixels.length, variety: bits / 5 };
}

/** Mean of |4p − left − right − above − below|: what blur takes away first. */
function meanLaplacian({ width, height, pixels }: GreyPicture): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const around =
        (pixels[at - 1] ?? 0) +
        (pixels[at + 1] ?? 0) +
        (pixels[at - width] ?? 0) +
        (pixels[at + width] ?? 0);
      sum += Math.abs(4 * (pixels[at] ?? 0) - around);
    }
  }
  return sum / Math.max(1, (width - 2) * (height - 2));
}

function meanDifference(a: GreyPicture, b: GreyPicture): number {
  let sum = 0;
  for (let at = 0; at < a.pixels.length; at += 1) {
    sum += Math.abs((a.pixels[at] ?? 0) - (b.pixels[at] ?? 0));
  }
  return sum / a.pixels.length;
}
