import type { Report } from '../model/event.ts';
import type { PatienceOptions, Retry } from '../store/retry.ts';

/** What is over sooner than this is not worth a word. */
const WORTH_TELLING_MS = 2_000;
const TELL_EVERY_MS = 2_000;

export type TellOutageOptions = Readonly<{
  /** The store's name. */
  store: string;
  maxOutageMs: number;
  report: Report;
  /** Milliseconds that never go back. */
  now?: () => number;
}>;

/** The patience of a run with its store, which tells of each outage that lasts: `outage` events. */
export function tellOutage(options: TellOutageOptions): PatienceOptions {
  const { store, maxOutageMs, report, now = () => performance.now() } = options;
  let outage: Readonly<{ startedAt: number; toldAt: number }> | undefined;
  const tell = (startedAt: number, isOver: boolean, cause?: unknown) =>
    report({
      type: 'outage',
      store,
      forMs: Math.round(now() - startedAt),
      giveUpAfterMs: maxOutageMs,
      isOver,
      ...(cause instanceof Error ? { cause: cause.message } : {}),
    });
  return {
    maxOutageMs,
    onWaiting: (retry: Retry | undefined) => {
      if (retry === undefined) {
        if (outage !== undefined) tell(outage.startedAt, true);
        outage = undefined;
        return;
      }
      const toldAt = now();
      const isDue =
        outage === undefined
          ? retry.failingMs >= WORTH_TELLING_MS
          : toldAt - outage.toldAt >= TELL_EVERY_MS;
      if (!isDue) return;
      outage = { startedAt: outage?.startedAt ?? toldAt - retry.failingMs, toldAt };
      tell(outage.startedAt, false, retry.error);
    },
  };
}
