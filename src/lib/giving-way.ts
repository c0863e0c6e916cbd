export type GivingWay = Readonly<{
  /** Fires when what comes first is done. */
  until: AbortSignal;
  /** Ends the work for good. */
  signal?: AbortSignal | undefined;
}>;

/** How the work is to be done now; it ends with the reason of `signal` when that fires. */
export type Manner = Readonly<{ isBackground: boolean; signal: AbortSignal | undefined }>;

/**
 * Does `work` in the background until `until` fires. What is not done by then is begun anew at normal
 * priority: nobody but root can raise that of a program that runs, and on a busy machine the lowest is
 * not served at all (at a load of 17 the check of a film of 12 s took 100 s).
 */
export async function givingWay<Result>(
  { until, signal }: GivingWay,
  work: (manner: Manner) => Promise<Result>,
): Promise<Result> {
  if (!until.aborted) {
    const either = signal === undefined ? until : AbortSignal.any([until, signal]);
    try {
      return await work({ isBackground: true, signal: either });
    } catch (error) {
      if (error !== until.reason) throw error;
    }
  }
  return work({ isBackground: false, signal });
}
