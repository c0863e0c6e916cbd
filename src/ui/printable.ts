import { basename } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';

/** One harmless line out of a text from outside; longer texts are noise on a screen. */
export function printable(text: string): string {
  return cleanText(text, { maxLength: 2_000 });
}

/** The same for a text of several lines; empty lines fall away. */
export function printableLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => printable(line))
    .filter((line) => line !== '');
}

/** The name without its folders. */
export function fileName(path: string): string {
  return printable(basename(path));
}

/**
 * A command of `shellQuote`, which is printable as it is: kept to the letter, two spaces in a name
 * included, and only made sure of.
 */
export function printableCommand(command: string): string {
  return command.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '?');
}
