import { basename } from 'node:path';
import { type ExitName, exitCode, IngestError } from '../errors.ts';
import { type Notice, notify } from '../ffmpeg/notify.ts';
import type { Event, Report } from '../model/event.ts';
import type { Session } from './session.ts';

type Noticing = Readonly<{
  /** `--notify`. */
  isWanted: boolean;
  session: Pick<Session, 'signal' | 'redact' | 'report'>;
  films: readonly string[];
}>;

/**
 * Does the work, and shows how it ended on the desktop, if that is wanted; whoever pressed Ctrl-C knows.
 * A notice that cannot be shown is a warning, and changes nothing about the end.
 */
export async function withNotice<Context extends Readonly<{ report: Report }>>(
  context: Context,
  { isWanted, session, films }: Noticing,
  work: (context: Context) => Promise<ExitName>,
): Promise<ExitName> {
  if (!isWanted) return work(context);
  let notice: Notice | undefined;
  const report: Report = (event) => {
    notice = noticeOf(event) ?? notice;
    context.report(event);
  };
  try {
    return await work({ ...context, report });
  } catch (error) {
    notice = failureNotice(error, films);
    throw error;
  } finally {
    if (notice !== undefined && !session.signal.aborted) await show(notice, session);
  }
}

/** What an event means for the end; undefined for what is only on the way. */
export function noticeOf(event: Event): Notice | undefined {
  if (event.type === 'result') {
    const { outcome, title } = event;
    const detail = outcome === 'unchanged' ? 'It was in already' : 'It can be played';
    return { headline: `Done: ${title}`, detail };
  }
  if (event.type !== 'summary') return undefined;
  const { added, unchanged, failed } = event;
  const counts = [`${added} added`, `${unchanged} unchanged`, `${failed.length} failed`];
  return {
    headline: failed.length === 0 ? 'Done: all films are in' : 'Done, but not all films are in',
    detail: counts.join(', '),
  };
}

export function failureNotice(error: unknown, films: readonly string[]): Notice {
  const exit = exitCode(error instanceof IngestError ? error.exit : 'bug');
  const [only] = films;
  const what = films.length === 1 && only !== undefined ? basename(only) : `${films.length} films`;
  return { headline: `Failed: ${what}`, detail: `Exit code ${exit}` };
}

async function show(notice: Notice, { redact, report }: Noticing['session']): Promise<void> {
  const headline = redact(notice.headline);
  const failure = await notify({ ...notice, headline }, { platform: process.platform });
  if (failure === undefined) return;
  report({ type: 'warning', message: `the notification could not be shown: ${failure}` });
}
