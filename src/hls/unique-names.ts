import { quotedString } from './quoted-string.ts';

/** RFC 8216 §4.3.4.1: each NAME of a group must differ; an empty one would show an empty menu line. */
export function uniqueNames(
  tracks: readonly Readonly<{ label: string; name: string }>[],
): readonly string[] {
  const taken = new Set<string>();
  return tracks.map(({ label, name }) => {
    const wanted = quotedString(label) === '""' ? name : label;
    let result = quotedString(wanted);
    for (let number = 2; taken.has(result); number += 1) {
      result = quotedString(`${[...wanted].slice(0, 90).join('')} ${number}`);
    }
    taken.add(result);
    return result;
  });
}
