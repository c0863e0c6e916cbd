import { errorEvent } from './error-event.ts';
import { errorLines } from './error-lines.ts';
import { ignoreWriteErrors, type Output } from './output.ts';
import type { Paint } from './paint.ts';
import { redactTexts } from './redact-texts.ts';

export type PrintErrorOptions = Readonly<{
  stderr: Output;
  paint: Paint;
  verbose: boolean;
  /** Takes secrets out of a text: `createRedactor`. */
  redact: (text: string) => string;
}>;

/**
 * Prints what ended the run, in the three-part form, for those who have no Reporter (yet): whoever has
 * one reports `errorEvent(error)` instead. Never throws.
 */
export function printError(error: unknown, options: PrintErrorOptions): void {
  const { stderr, paint, verbose, redact } = options;
  ignoreWriteErrors(stderr);
  const lines = errorLines(redactTexts(errorEvent(error, { verbose }), redact), paint);
  stderr.write(`${lines.join('\n')}\n`);
}
