/** What a server says about itself; undefined where it does not say. */
export type RedisFacts = Readonly<{
  evictionPolicy: string | undefined;
  /** The log of every write. */
  hasAppendLog: boolean | undefined;
  /** `3600 1 300 100`: snapshots; '' for none. */
  snapshots: string | undefined;
  version: string | undefined;
}>;

export type RedisJudgement = Readonly<{
  /** Films would be lost: a worker does not start. */
  faults: readonly Readonly<{ what: string; why: string; fix: string }>[];
  warnings: readonly Readonly<{ message: string; fix: string }>[];
}>;

/** Whether a server keeps what it is given. What is not known is not held against it, but said. */
export function judgeRedis(facts: RedisFacts): RedisJudgement {
  const faults: RedisJudgement['faults'][number][] = [];
  const warnings: RedisJudgement['warnings'][number][] = [];
  const { evictionPolicy, hasAppendLog, snapshots } = facts;
  if (evictionPolicy !== undefined && evictionPolicy !== 'noeviction') {
    faults.push({
      what: `removes jobs when its memory is full (maxmemory-policy ${evictionPolicy})`,
      why: 'A film whose job was removed is never made, and nobody is told.',
      fix: 'On that server: redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf',
    });
  }
  if (hasAppendLog === false && snapshots === '') {
    faults.push({
      what: 'keeps nothing on disk (appendonly no, no snapshots)',
      why: 'After its next start the queue would be empty.',
      fix: 'On that server: redis-cli CONFIG SET appendonly yes, and the same in redis.conf',
    });
  } else if (hasAppendLog === false) {
    warnings.push({
      message:
        'The queue is kept by snapshots alone: after a crash of Redis the jobs since the last one are gone',
      fix: 'On that server: redis-cli CONFIG SET appendonly yes, and the same in redis.conf',
    });
  }
  if (evictionPolicy === undefined || hasAppendLog === undefined) {
    warnings.push({
      message: 'Whether this Redis keeps every job cannot be seen: it does not let this user ask',
      fix: 'It needs maxmemory-policy noeviction and appendonly yes',
    });
  }
  return { faults, warnings };
}
