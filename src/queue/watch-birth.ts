import { setTimeout as delay } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import type { FilmQueue } from './open-queue.ts';

/**
 * Fires when the queue is not the one that it was: Redis was emptied, or came back without its data. An
 * idle worker would wait for ever without knowing, and a busy one would work for nobody.
 */
export function watchBirth({
  queue,
  everyMs,
  signal,
}: Readonly<{ queue: FilmQueue; everyMs: number; signal: AbortSignal }>): AbortSignal {
  const emptied = new AbortController();
  const look = async () => {
    const born = await queue.birth();
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false });
      const now = await queue.redis.get(queue.bull.toKey('born'));
      if (now !== born) emptied.abort(emptiedError(queue.name));
      if (now !== born) return;
    }
  };
  look().catch(() => {}); // ended, or Redis is gone for good, which others tell
  return emptied.signal;
}

function emptiedError(name: string): IngestError {
  return new IngestError('queue', {
    what: `the queue at ${name} has lost its data`,
    why: 'Redis was emptied, or started again without what it had.',
    fix: 'See that it keeps its data (appendonly yes), start the worker again, and hand the films in again with add --queue: what is in the store already is not made again',
  });
}
