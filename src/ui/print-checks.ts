import { padText } from '../lib/fit-text.ts';
import { fixLines, labelled } from './error-lines.ts';
import type { Paint } from './paint.ts';
import { printable, printableLines } from './printable.ts';

/** One line of `doctor`. */
export type Check = Readonly<{
  status: 'ok' | 'warning' | 'failed';
  /** `ffmpeg`, `store`. */
  name: string;
  detail: string;
  cause?: string | undefined;
  fix?: string | undefined;
}>;

/** `✔ ffmpeg     5.1.9 at /usr/bin/ffmpeg`, with cause and fix below what is wrong. */
export function printChecks(
  checks: readonly Check[],
  { paint }: Readonly<{ paint: Paint }>,
): string {
  const marks = { ok: paint.good('✔'), warning: paint.warn('!'), failed: paint.bad('✖') } as const;
  const nameColumns = Math.max(10, ...checks.map((check) => check.name.length));
  return checks
    .flatMap((check) => [
      `${marks[check.status]} ${padText(printable(check.name), nameColumns)} ${printable(check.detail)}`,
      ...labelled('Cause', printableLines(check.cause ?? ''), paint),
      ...labelled('Fix', fixLines(check.fix), paint),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
