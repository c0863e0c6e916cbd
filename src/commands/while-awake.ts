import { keepAwake } from '../ffmpeg/keep-awake.ts';

/** Does the work, during which a Mac does not fall asleep for want of a user. */
export async function whileAwake<T>(work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const kept = keepAwake({ platform: process.platform, signal: over.signal });
  try {
    return await work();
  } finally {
    over.abort();
    await kept;
  }
}
