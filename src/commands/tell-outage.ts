import type { Report } from '../model/event.ts';
import type { PatienceOptions, Retry } from '../store/retry.ts';

/** What is over sooner than this is not worth a word. */
const WORTH_TELLING_MS = 2_000;
const TELL_EVERY_MS = 5_000;

export type TellOutageOptions = Readonly<{
  /** The store's name. */
  store: string;
  maxOutageMs: number;
  report: Report;
}>;

/** The patience of a run with its store, which tells of each outage that lasts: `outage` events. */
export function tellOutage({ store, maxOutageMs, report }: TellOutageOptions): PatienceOptions {
  let toldMs: number | undefined;
  let failingMs = 0;
  const tell = (isOver: boolean, retry?: Retry) =>
    report({
      type: 'outage',
      store,
      forMs: Math.round(failingMs),
      giveUpAfterMs: maxOutageMs,
      isOver,
      ...(retry?.error instanceof Error ? { cause: retry.error.message } : {}),
    });
  return {
    maxOutageMs,
    onWaiting: (retry) => {
      if (retry === undefined) {
        if (toldMs !== undefined) tell(true);
        toldMs = undefined;
        return;
      }
      failingMs = retry.failingMs;
      const dueMs = toldMs === undefined ? WORTH_TELLING_MS : toldMs + TELL_EVERY_MS;
      if (failingMs < dueMs) return;
      toldMs = failingMs;
      tell(false, retry);
    },
  };
}
