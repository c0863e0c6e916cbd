/**
 * Runs `main` while `side` runs beside it, each with a signal that also ends it when the other has
 * failed or is over. A failure of `side` stops `main` at once, and is what is thrown then. Ends when
 * both have ended.
 */
export async function beside<Side, Main>(
  signal: AbortSignal,
  side: (signal: AbortSignal) => Promise<Side>,
  main: (signal: AbortSignal, side: Promise<Side>) => Promise<Main>,
): Promise<Main> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const aside = side(both);
  aside.catch((error: unknown) => stop.abort(error));
  try {
    return await main(both, aside);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    stop.abort();
    await aside.catch(() => {});
  }
}
