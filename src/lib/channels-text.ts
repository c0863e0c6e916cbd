/** `mono`, `stereo`, `5.1`, `7.1`; else `4 channels`. By the count alone. */
export function channelsText(channels: number): string {
  return USUAL[channels] ?? `${channels} channels`;
}

const USUAL: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };
