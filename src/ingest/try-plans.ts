import type { Report } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Lessons } from './lessons.ts';

/**
 * What to do about an attempt that failed: undefined where this remedy is of no use. Lessons that are
 * given make another plan; without them the same plan is tried once more.
 */
export type Remedy = (
  failure: Readonly<{ plan: Plan; error: unknown }>,
) => Readonly<{ lessons?: Lessons; message: string }> | undefined;

export type TryPlansOptions<Result> = Readonly<{
  /** Each attempt has its own work folder and its own uploads; what an abandoned one left is not referred to. */
  attempt: (plan: Plan) => Promise<Result>;
  /** In order of preference; each is used once at most, so that this ends. */
  remedies: readonly Remedy[];
  /** A plan for the same film that heeds all lessons so far. */
  replan: (lessons: Lessons) => Promise<Plan>;
  report: Report;
  signal: AbortSignal;
}>;

/**
 * Tries one plan, and on a failure that another plan (or another try) can mend, the next. Each change
 * of mind is told as a warning. Throws what the last attempt threw when no remedy is left, and the
 * signal's reason after a stop.
 */
export async function tryPlans<Result>(
  first: Plan,
  options: TryPlansOptions<Result>,
): Promise<Result> {
  let plan = first;
  let lessons: Lessons = {};
  const remedies = [...options.remedies];
  for (;;) {
    try {
      return await options.attempt(plan);
    } catch (error) {
      options.signal.throwIfAborted();
      const found = takeRemedy(remedies, { plan, error });
      if (found === undefined) throw error;
      options.report({ type: 'warning', message: found.message });
      if (found.lessons === undefined) continue;
      lessons = { ...lessons, ...found.lessons };
      plan = await options.replan(lessons);
    }
  }
}

/** The first that is of use; it is taken off the list. */
function takeRemedy(remedies: Remedy[], failure: Parameters<Remedy>[0]): ReturnType<Remedy> {
  for (const [index, remedy] of remedies.entries()) {
    const found = remedy(failure);
    if (found === undefined) continue;
    remedies.splice(index, 1);
    return found;
  }
  return undefined;
}
