import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is yes. Fails after a minute: a limit against hanging, not against slowness. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${isSo}`);
    await delay(20);
  }
}
