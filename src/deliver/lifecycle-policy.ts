import type { LifecycleRule } from '../model/bucket-rules.ts';

/** R2's own default: parts of an upload that nobody finished are paid for until then. */
export const ABORT_AFTER_DAYS = 7;

export const LIFECYCLE_RULE: LifecycleRule = {
  id: 'movie-ingest-unfinished-uploads',
  isEnabled: true,
  prefix: 'videos/',
  abortUploadsAfterDays: ABORT_AFTER_DAYS,
  expires: false,
};

/** What is wrong with how the bucket looks after unfinished uploads and films, in words. */
export function lifecycleLacks(rules: readonly LifecycleRule[]): readonly string[] {
  const active = rules.filter(({ isEnabled }) => isEnabled);
  const aborts = active.some(
    ({ prefix, abortUploadsAfterDays: days }) =>
      'videos/'.startsWith(prefix) && days !== undefined && days <= ABORT_AFTER_DAYS,
  );
  const ends = active.filter(({ prefix, expires }) => expires && reachesFilms(prefix));
  return [
    ...(aborts ? [] : [`unfinished uploads are not aborted within ${ABORT_AFTER_DAYS} days`]),
    ...ends.map(({ id }) => `rule "${id}" deletes films when they are old`),
  ];
}

/** These rules with ours among them. Rules of others stay, also those that we would not make. */
export function withLifecycleRule(rules: readonly LifecycleRule[]): readonly LifecycleRule[] {
  return [LIFECYCLE_RULE, ...rules.filter(({ id }) => id !== LIFECYCLE_RULE.id)];
}

function reachesFilms(prefix: string): boolean {
  return ['videos/', 'posters/'].some((own) => own.startsWith(prefix) || prefix.startsWith(own));
}
