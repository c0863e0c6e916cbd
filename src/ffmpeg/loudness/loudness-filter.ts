import type { Loudness } from '../../model/loudness.ts';

/**
 * A filter that measures what passes and tells it under `name` (letters and digits) on stderr when
 * ffmpeg ends: `readLoudness` takes it from there, at `-loglevel info`.
 */
export function loudnessFilter(name: string): string {
  return `ebur128@${name}=peak=true:framelog=verbose`;
}

/** What the filters told, by their names. Give it each line of stderr; ask when ffmpeg has ended. */
export function readLoudness(): Readonly<{
  line: (line: string) => void;
  result: (name: string) => Loudness | undefined;
}> {
  const told = new Map<string, Map<string, number>>();
  let current: Map<string, number> | undefined;
  return {
    line: (line) => {
      const name = /^\[(?:ebur128@)?(\w+) @ [^\]]+\] Summary:/.exec(line)?.[1];
      if (name !== undefined) {
        // ffmpeg 5.1 sets its filters up twice and tells of the first time as well: the last counts.
        current = new Map();
        told.set(name, current);
      }
      const value = /^\s+(I|LRA|Peak):\s+(-?(?:[\d.]+|inf)) (?:LUFS|LU|dBFS)$/.exec(line);
      if (value?.[1] !== undefined) current?.set(value[1], Number(value[2]));
    },
    result: (name) => toLoudness(told.get(name)),
  };
}

function toLoudness(values: ReadonlyMap<string, number> | undefined): Loudness | undefined {
  const integratedLufs = values?.get('I');
  const rangeLu = values?.get('LRA');
  if (integratedLufs === undefined || rangeLu === undefined) return undefined;
  const peak = values?.get('Peak');
  // `-inf` is no number to Number().
  const truePeak = peak !== undefined && Number.isFinite(peak) ? { truePeakDbtp: peak } : {};
  return { integratedLufs, rangeLu, ...truePeak };
}
