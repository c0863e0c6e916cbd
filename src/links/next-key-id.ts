const MAX_LENGTH = 16;

/** The name of the key after this one: `k1` → `k2`, `prod` → `prod-2`. */
export function nextKeyId(id: string): string {
  const [, stem = id, digits] = /^(.*?)(\d+)$/.exec(id) ?? [];
  const number = digits === undefined ? '-2' : String(BigInt(digits) + 1n);
  return `${stem.slice(0, MAX_LENGTH - number.length)}${number}`;
}
