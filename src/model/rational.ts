/** A frame rate as an exact fraction, in lowest terms: 24000/1001 is 23.976. Never a rounded float. */
export type Rational = Readonly<{ num: number; den: number }>;

export function toNumber(rational: Rational): number {
  return rational.num / rational.den;
}
