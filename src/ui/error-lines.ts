import type { EventOf } from '../model/event.ts';
import type { Paint } from './paint.ts';
import { printable, printableCommand, printableLines } from './printable.ts';

/**
 * The three-part form of every failure:
 *
 *     ✖ notes.txt is not a video  exit 4
 *       Cause  ffprobe found no video stream
 *       Fix    …
 *
 * Lines are not broken to the width of the terminal: the terminal does it, and a command in `Fix` can
 * still be copied whole.
 */
export function errorLines(error: Omit<EventOf<'error'>, 'type'>, paint: Paint): string[] {
  const lines = [
    `${paint.bad('✖')} ${paint.strong(printable(error.message))}  ${paint.faint(`exit ${error.exit}`)}`,
    ...labelled('Cause', printableLines(error.cause ?? ''), paint),
    ...labelled('Fix', fixLines(error.fix), paint),
  ];
  const stack = printableLines(error.stack ?? '').map((line) => paint.faint(`    ${line}`));
  return [...lines, ...stack];
}

/** To the letter, as it may be a command with a file name in it, and printable all the same. */
export function fixLines(fix: string | undefined): string[] {
  return (fix ?? '')
    .split('\n')
    .map(printableCommand)
    .filter((line) => line !== '');
}

/** `  Fix    do this`, further lines of the text below its beginning. */
export function labelled(label: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map((line, index) =>
    index === 0 ? `  ${paint.faint(label.padEnd(5))}  ${line}` : `         ${line}`,
  );
}
