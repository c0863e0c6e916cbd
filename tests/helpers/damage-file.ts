import { readFileSync, writeFileSync } from 'node:fs';

/** How bytes come to harm. Places are shares of the file, from 0 to 1. */
export type Harm =
  | Readonly<{ kind: 'rot'; from: number; to: number; flips: number }>
  | Readonly<{ kind: 'zeros'; from: number; to: number }>
  | Readonly<{ kind: 'cut out'; from: number; to: number }>
  | Readonly<{ kind: 'cut off'; at: number }>;

/** Writes a copy of `path` that came to harm, the same each time. Answers with `to`. */
export function damageFile(path: string, to: string, harm: Harm): string {
  const bytes = readFileSync(path);
  const place = (share: number) => Math.floor(bytes.length * share);
  writeFileSync(to, harmed(bytes, harm, place));
  return to;
}

function harmed(bytes: Buffer, harm: Harm, place: (share: number) => number): Buffer {
  switch (harm.kind) {
    case 'cut off':
      return bytes.subarray(0, place(harm.at));
    case 'cut out':
      return Buffer.concat([bytes.subarray(0, place(harm.from)), bytes.subarray(place(harm.to))]);
    case 'zeros':
      return bytes.fill(0, place(harm.from), place(harm.to));
    case 'rot': {
      const [from, length] = [place(harm.from), place(harm.to) - place(harm.from)];
      let seed = 7;
      for (let flip = 0; flip < harm.flips; flip += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        const at = from + (seed % length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (flip % 8));
      }
      return bytes;
    }
  }
}
