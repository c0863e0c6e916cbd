const DAY = 86_400;
const HOUR = 3_600;
const MINUTE = 60;

/**
 * How long something takes, for people: `0.4s`, `42s`, `11m 48s`, `1h 05m`, `2d 03h`. Two units at
 * most; the second has two digits, so that a figure that counts does not jump about.
 */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 950) return `${Math.max(0.1, ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return pair(seconds, [MINUTE, 'm'], [1, 's']);
  if (seconds < DAY) return pair(seconds, [HOUR, 'h'], [MINUTE, 'm']);
  return pair(seconds, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = readonly [seconds: number, letter: string];

function pair(seconds: number, [large, first]: Unit, [small, second]: Unit): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${first} ${String(rest).padStart(2, '0')}${second}`;
}
