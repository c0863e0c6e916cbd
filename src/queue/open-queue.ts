import { randomUUID } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type FilmJob, JobEntry } from '../model/film-job.ts';
import { askRedis } from './ask-redis.ts';
import { type JobView, viewJob } from './job-view.ts';
import { judgeRedis, type RedisJudgement } from './judge-redis.ts';
import { loadBullmq } from './load-bullmq.ts';
import type { QueueTiming } from './queue-timing.ts';
import { reachRedis } from './reach-redis.ts';
import { redisName } from './redis-options.ts';

export const QUEUE_NAME = 'movie-ingest';

/** Films of no hurry; `--priority 1` goes before them and `--priority 1000` behind. */
export const USUAL_PRIORITY = 100;

/** Lines of a job's diary. */
export const DIARY_LINES = 500;

const DAY_S = 86_400;
const TRIES = 3;

export type Enqueued = Readonly<{ id: string; isNew: boolean; view: JobView }>;

/** `next` is where to read on. */
export type Diary = Readonly<{ entries: readonly JobEntry[]; next: number }>;

/** What a queue is asked by people. Failures are those of Redis: `explainRedisError` says what they mean. */
export interface FilmQueue {
  /** `127.0.0.1:6379`: no password in it. */
  readonly name: string;
  readonly redis: Redis;
  readonly bull: Queue;
  /**
   * One that is over is begun anew. One that waits keeps its place, and the latest wishes count; one that is
   * being made is left alone.
   */
  enqueue(id: string, job: FilmJob, options: Readonly<{ priority: number }>): Promise<Enqueued>;
  find(id: string): Promise<JobView | undefined>;
  /** In the order in which they concern people: at work, waiting, delayed, failed, done. */
  list(): Promise<readonly JobView[]>;
  /** Its diary, from a line on. */
  diary(id: string, from?: number): Promise<Diary>;
  /** Ends it wherever it is. `asked`: its worker will stop within seconds. */
  cancel(id: string, by: string): Promise<'removed' | 'asked' | 'over'>;
  /** Begins one that is over anew. False when it is not over. */
  retry(id: string): Promise<boolean>;
  /** Takes out all that waits; what is being worked on goes on. Answers with how many. */
  drain(): Promise<number>;
  /** Forgets those that are over. Answers with how many. */
  clean(): Promise<number>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  isPaused(): Promise<boolean>;
  /** `mac-2/4711`, of those that are connected; undefined where the server does not let us ask. */
  workers(): Promise<readonly string[] | undefined>;
  judge(): Promise<RedisJudgement>;
  /** A word that stays the same as long as the queue keeps its data; makes it when there is none. */
  birth(): Promise<string>;
  close(): Promise<void>;
}

export type OpenQueueOptions = Readonly<{
  url: string;
  timing: QueueTiming;
  isPatient?: boolean;
}>;

/** Throws `queue` within 8 s where nobody answers, and `usage` where the packages are missing. */
export async function openQueue({
  url,
  timing,
  isPatient = false,
}: OpenQueueOptions): Promise<FilmQueue> {
  const redis = await reachRedis({ url, isPatient });
  const { Queue } = await loadBullmq();
  const bull = new Queue(QUEUE_NAME, { connection: redis });
  bull.on('error', () => {}); // told by what is asked
  return new BullQueue({ name: redisName(url), redis, bull, timing });
}

type Parts = Readonly<{ name: string; redis: Redis; bull: Queue; timing: QueueTiming }>;

class BullQueue implements FilmQueue {
  readonly name: string;
  readonly redis: Redis;
  readonly bull: Queue;
  readonly #timing: QueueTiming;

  constructor({ name, redis, bull, timing }: Parts) {
    this.name = name;
    this.redis = redis;
    this.bull = bull;
    this.#timing = timing;
  }

  async enqueue(
    id: string,
    job: FilmJob,
    { priority }: Readonly<{ priority: number }>,
  ): Promise<Enqueued> {
    await this.birth();
    const standing = await this.find(id);
    const isOver =
      standing === undefined || ['failed', 'completed', 'unknown'].includes(standing.state);
    if (isOver) await this.#begin(id, job, priority);
    else if (standing.state !== 'active') await (await this.#job(id))?.updateData(job);
    const view = await this.find(id);
    if (view === undefined) throw new Error(`the job ${id} is gone as soon as it was added`);
    return { id, isNew: isOver, view };
  }

  async find(id: string): Promise<JobView | undefined> {
    const job = await this.#job(id);
    return job && viewJob(job, await job.getState());
  }

  async list(): Promise<readonly JobView[]> {
    const states = ['active', 'waiting', 'prioritized', 'delayed', 'failed', 'completed'] as const;
    const lists = await Promise.all(
      states.map(async (state) => {
        const jobs = await this.bull.getJobs([state], 0, -1, true);
        return jobs.filter((job) => job !== undefined).map((job) => viewJob(job, state));
      }),
    );
    return lists.flat();
  }

  async diary(id: string, from = 0): Promise<Diary> {
    const { logs } = await this.bull.getJobLogs(id, from, -1);
    const entries = logs.flatMap((line) => JobEntry.safeParse(parsed(line)).data ?? []);
    return { entries, next: from + logs.length };
  }

  async cancel(id: string, by: string): Promise<'removed' | 'asked' | 'over'> {
    const job = await this.#job(id);
    if (job === undefined || (await job.isCompleted()) || (await job.isFailed())) return 'over';
    // First: whoever takes it up at this moment sees it.
    await job.updateData({ ...job.data, cancelledBy: by });
    if (await job.isActive()) return 'asked';
    try {
      await job.remove();
      return 'removed';
    } catch {
      return 'asked'; // somebody has just begun with it
    }
  }

  async retry(id: string): Promise<boolean> {
    const job = await this.#job(id);
    if (job === undefined || !((await job.isFailed()) || (await job.isCompleted()))) return false;
    const { cancelledBy: _, ...data } = job.data;
    await this.#begin(id, data as FilmJob, job.opts.priority ?? USUAL_PRIORITY);
    return true;
  }

  async drain(): Promise<number> {
    const before = await this.#waiting();
    await this.bull.drain(true);
    return Math.max(0, before - (await this.#waiting()));
  }

  async clean(): Promise<number> {
    const removed = [
      ...(await this.bull.clean(0, 0, 'completed')),
      ...(await this.bull.clean(0, 0, 'failed')),
    ];
    return removed.length;
  }

  pause = () => this.bull.pause();
  resume = () => this.bull.resume();
  isPaused = () => this.bull.isPaused();

  async workers(): Promise<readonly string[] | undefined> {
    try {
      const clients = await this.bull.getWorkers();
      const names = clients.flatMap(({ rawname = '' }) => /:w:(.+)$/.exec(rawname)?.[1] ?? []);
      return [...new Set(names)].toSorted();
    } catch {
      return undefined; // CLIENT LIST is not for everybody
    }
  }

  async judge(): Promise<RedisJudgement> {
    return judgeRedis(await askRedis(this.redis));
  }

  async birth(): Promise<string> {
    const key = this.bull.toKey('born');
    await this.redis.set(key, randomUUID(), 'NX');
    return (await this.redis.get(key)) ?? '';
  }

  async close(): Promise<void> {
    await this.bull.close().catch(() => {});
    this.redis.disconnect();
  }

  async #begin(id: string, data: FilmJob, priority: number): Promise<void> {
    await (await this.#job(id))?.remove();
    await this.bull.add('film', data, {
      jobId: id,
      priority,
      attempts: TRIES,
      backoff: { type: 'exponential', delay: this.#timing.backoffMs },
      keepLogs: DIARY_LINES,
      removeOnComplete: { age: 7 * DAY_S, count: 1_000 },
      removeOnFail: { age: 30 * DAY_S },
    });
  }

  async #job(id: string): Promise<Job | undefined> {
    return (await this.bull.getJob(id)) ?? undefined;
  }

  async #waiting(): Promise<number> {
    const counts = await this.bull.getJobCounts('waiting', 'prioritized', 'delayed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
