import type { RunResult } from './run.ts';

export const BUSY = 'the hardware encoder is busy or not available now (−12915)';

/**
 * What Apple's codes mean here (ffmpeg-hls.md §1.5). All of them end in libx264; the words are for
 * whoever asks why.
 */
const OS_STATUS: Readonly<Record<string, string>> = {
  '-12902': 'macOS refused the settings of the session (−12902)',
  '-12903': 'macOS refused the session (−12903), as some Intel Macs do',
  '-12908': 'this Mac has no hardware encoder for it (−12908), as in a virtual machine',
  '-12915': BUSY,
};

/**
 * Exit codes with a meaning of their own. From ffmpeg 7 on they are the low byte of its error; earlier
 * ones answer 1 to nearly everything (ffmpeg-hls.md §1.8), so a code alone never decides.
 */
const EXIT_MEANING: Readonly<Record<number, string>> = {
  8: 'this ffmpeg has no such encoder',
  69: 'most of what it read could not be decoded',
  183: 'it met data that it cannot read',
  187: 'VideoToolbox itself refused',
  234: 'an option was not accepted',
  254: 'a file is not there',
  255: 'somebody else asked it to stop',
};

/** True for what may be gone in a minute. */
export function isBusy({ stderrTail }: Pick<RunResult, 'stderrTail'>): boolean {
  return statusMeaning(stderrTail) === BUSY;
}

/** Why a program that exited failed, in a few words; undefined where that is not known. */
export function explainExit({
  exitCode,
  stderrTail,
}: Pick<RunResult, 'exitCode' | 'stderrTail'>): string | undefined {
  return statusMeaning(stderrTail) ?? EXIT_MEANING[exitCode ?? 0];
}

function statusMeaning(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  const code = Object.keys(OS_STATUS).find((it) => new RegExp(`${it}\\b`).test(text));
  return code === undefined ? undefined : OS_STATUS[code];
}
