export type Size = Readonly<{ width: number; height: number }>;

/** Smaller than this share of what was wanted is another rung. */
const SMALLEST = 0.8;
/** How far a rung's shape may be from the film's: what nobody sees as stretched. */
const SHAPE_TOLERANCE = 0.01;

/**
 * The size to encode a picture of `film`'s shape at, near `scale` times its own: even sides, as 4:2:0
 * needs them, and a display aspect within 1 % of the film's. Each side is rounded by itself where that
 * holds, so that usual sizes come out (1920×800 → 640×266); else the next smaller pair that is right.
 * Never larger than the film, but for one of less than 100 pixels: where no smaller pair has its shape
 * (17×16) it is the smallest larger one. Undefined where a pair would have a side below `minSide`.
 */
export function evenSize(film: Size, scale: number, minSide = 2): Size | undefined {
  // Down at the film's own size, so that nothing is scaled up by one pixel.
  const even = (side: number) => 2 * (scale >= 1 ? Math.floor(side / 2) : Math.round(side / 2));
  const near = { width: even(film.width * scale), height: even(film.height * scale) };
  const found = hasShape(near, film) ? near : smallerPair(film, scale);
  if (found === undefined) return scale >= 1 ? largerPair(film) : undefined;
  return Math.min(found.width, found.height) < minSide ? undefined : found;
}

/** Whether the two have the same display aspect, within 1 %. */
function hasShape(size: Size, film: Size): boolean {
  const ratio = (size.width * film.height) / (size.height * film.width);
  return ratio >= 1 - SHAPE_TOLERANCE && ratio <= 1 / (1 - SHAPE_TOLERANCE);
}

function smallerPair(film: Size, scale: number): Size | undefined {
  const { short, long } = sidesOf(film);
  const wanted = short * Math.min(1, scale);
  for (let side = 2 * Math.floor(wanted / 2); side >= wanted * SMALLEST; side -= 2) {
    const pair = pairOf(film, side);
    if (hasShape(pair, film) && Math.max(pair.width, pair.height) <= long) return pair;
  }
  return undefined;
}

function largerPair(film: Size): Size | undefined {
  const { short } = sidesOf(film);
  // From a long side of 100 on, even numbers are near enough together for every shape.
  for (let side = 2 * Math.ceil(short / 2); side <= short + 100; side += 2) {
    const pair = pairOf(film, side);
    if (hasShape(pair, film)) return pair;
  }
  return undefined;
}

/** The pair of even sides with `side` as the short one, the other as near as it can be. */
function pairOf(film: Size, side: number): Size {
  const { short, long } = sidesOf(film);
  const other = 2 * Math.round((side * long) / short / 2);
  return film.width >= film.height
    ? { width: other, height: side }
    : { width: side, height: other };
}

function sidesOf({ width, height }: Size): Readonly<{ short: number; long: number }> {
  return { short: Math.min(width, height), long: Math.max(width, height) };
}
