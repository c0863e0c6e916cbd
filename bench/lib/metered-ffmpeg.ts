import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an ffmpeg of ours is called for, by words that only that call has; the first that fits counts. */
const CALLS = {
  encode: '*" -var_stream_map "*',
  trial: '*" -f lavfi "*',
  loudness: '*" -filter:a "*" -f null "*',
  check: '*" -f null "*',
  storyboard: '*" -f hls -i pipe:0 "*"image2pipe"*|*" -i concat:"*"image2pipe"*',
  poster: '*"image2pipe"*|*" -f rawvideo "*',
} as const;

export type Call = keyof typeof CALLS | 'other';

/**
 * An ffmpeg that writes down what each call cost in CPU seconds, and for what it was. It is a script
 * that runs the real one.
 */
export function meteredFfmpeg(dir: string, real: string) {
  const calls = join(dir, 'calls');
  mkdirSync(calls, { recursive: true });
  const cases = Object.entries(CALLS).map(([kind, words]) => `  ${words}) kind=${kind} ;;`);
  const path = join(dir, 'ffmpeg');
  writeFileSync(
    path,
    `#!/bin/bash
kind=other
case " $* " in
${cases.join('\n')}
esac
'${real}' "$@"
code=$?
{ echo "$kind"; times; } > '${calls}'/$$
exit $code
`,
    { mode: 0o755 },
  );
  return {
    ffmpeg: path,
    /** CPU seconds so far, by what they were for. */
    spent: (): Readonly<Record<Call, number>> => {
      const seconds = {
        encode: 0,
        trial: 0,
        loudness: 0,
        check: 0,
        storyboard: 0,
        poster: 0,
        other: 0,
      };
      for (const file of readdirSync(calls)) {
        // What the shell itself took stands in the second line.
        const [kind = '', , children = ''] = readFileSync(join(calls, file), 'utf8').split('\n');
        if (!(kind in seconds)) continue;
        seconds[kind as Call] += sum(children.split(' ').map(toSeconds));
      }
      return seconds;
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `1m2.345s`, as the shell's `times` has it. */
function toSeconds(text: string): number {
  const [, minutes = 0, seconds = 0] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
