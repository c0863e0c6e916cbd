import { IngestError } from '../errors.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import type { Settings } from '../model/settings.ts';
import { explainRedisError, isRedisError } from '../queue/explain-redis-error.ts';
import { type FilmQueue, openQueue } from '../queue/open-queue.ts';
import { type QueueTiming, queueTiming } from '../queue/queue-timing.ts';
import type { Session } from './session.ts';

export type QueueSetup = Readonly<{ settings: Settings; session: Session; isPatient?: boolean }>;

/** Works with the queue of the settings. Throws `usage` where none is named; failures of Redis say what they mean. */
export async function withQueue<Result>(
  { settings, session, isPatient = false }: QueueSetup,
  work: (queue: FilmQueue, timing: QueueTiming) => Promise<Result>,
): Promise<Result> {
  const url = demandQueue(settings);
  const timing = timingOf(session);
  const queue = await openQueue({ url, timing, isPatient });
  try {
    return await work(queue, timing);
  } catch (error) {
    throw isRedisError(error) ? explainRedisError(error, queue.name) : error;
  } finally {
    await queue.close();
  }
}

function demandQueue({ queueUrl }: Settings): string {
  if (queueUrl !== undefined) return queueUrl;
  throw new IngestError('usage', {
    what: 'no queue is named',
    fix: 'Say where it is: --queue redis://host:6379, or MOVIE_INGEST_QUEUE',
  });
}

/** For tests, which cannot wait for a minute: all workers of a queue must have the same. */
function timingOf(session: Session): QueueTiming {
  const text = session.environment.variables['MOVIE_INGEST_QUEUE_LOCK'];
  return text === undefined || text === '' ? queueTiming() : queueTiming(parseDuration(text));
}
