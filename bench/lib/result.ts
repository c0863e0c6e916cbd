/** One figure: a ratio inside one run, and what was promised of it. */
export type Figure = Readonly<{
  /** `P1`. */
  id: string;
  what: string;
  value: number;
  /** `<= 1.03`; undefined for a figure that is only told. */
  goal?: Readonly<{ atMost: number } | { atLeast: number }>;
  /** The absolute figures behind the ratio, for the curious. */
  detail: string;
}>;

export type Bench = Readonly<{
  id: string;
  run: () => Promise<readonly Figure[]>;
}>;

export function isMet({ value, goal }: Figure): boolean {
  if (goal === undefined) return true;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

export function goalText({ goal }: Figure): string {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
}
