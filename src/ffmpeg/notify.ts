import { access, constants } from 'node:fs/promises';
import { cleanText } from '../lib/clean-text.ts';
import { run } from './run.ts';

const OSASCRIPT = '/usr/bin/osascript';
/** Without a desktop notify-send may wait for one. */
const TIMEOUT_MS = 5_000;
const MAX_LENGTH = 120;

export type Notice = Readonly<{
  /** May hold a film's title: `Done: Phim 01`. Begins with a word of ours, so that it is no option. */
  headline: string;
  /** Words of ours alone: desktops read markup in it. */
  detail: string;
}>;

export type NotifyCall = Readonly<{ program: string; args: readonly string[] }>;

/**
 * What shows a notice on this system. Texts are arguments, never a part of a script: AppleScript gets
 * them as `argv`, and notify-send reads no markup and no backslashes in a headline (its detail it does).
 */
export function notifyCall({ headline, detail }: Notice, platform: NodeJS.Platform): NotifyCall {
  const text = cleanText(headline, { maxLength: MAX_LENGTH });
  if (platform === 'darwin') {
    const script = [
      'on run argv',
      'display notification (item 2 of argv) with title "movie-ingest" subtitle (item 1 of argv)',
      'end run',
    ];
    return { program: OSASCRIPT, args: [...script.flatMap((line) => ['-e', line]), text, detail] };
  }
  return { program: 'notify-send', args: ['--app-name=movie-ingest', '--', text, detail] };
}

export type NotifyOptions = Readonly<{
  platform: NodeJS.Platform;
  /** `PATH` of who asks; for tests. */
  env?: Readonly<Record<string, string>>;
}>;

/** Shows it on the desktop. Answers with why that could not be, or undefined; never rejects. */
export async function notify(notice: Notice, options: NotifyOptions): Promise<string | undefined> {
  const { platform, env } = options;
  const { program, args } = notifyCall(notice, platform);
  if (platform === 'darwin' && !(await isThere(program))) return `${program} is not there`;
  try {
    const { outcome, exitCode } = await run(program, args, {
      timeoutMs: TIMEOUT_MS,
      ...(env === undefined ? {} : { env }),
    });
    if (outcome === 'exited' && exitCode === 0) return undefined;
    if (outcome === 'not found') return `${program} is not there`;
    return `${program} ${outcome === 'exited' ? `ended with ${exitCode}` : outcome}`;
  } catch (error) {
    return `${program}: ${error instanceof Error ? error.message : error}`;
  }
}

function isThere(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}
