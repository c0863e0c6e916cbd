import { type ErrorParts, IngestError } from '../errors.ts';

/** One mistake in the configuration. Its texts never hold a value that could be a secret. */
export type Problem = Omit<ErrorParts, 'cause'>;

/** Throws all problems as one IngestError `usage`, so that nobody mends them one run at a time. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length === 0) throw new IngestError('usage', first);
  throw new IngestError('usage', {
    what: `${problems.length} mistakes in the configuration`,
    why: problems.map((problem) => `✖ ${oneLine(problem)}`).join('\n'),
    fix: 'Correct them all; `movie-ingest doctor` shows where each value comes from',
  });
}

function oneLine({ what, why, fix }: Problem): string {
  return [what, why, fix].filter((part) => part !== undefined).join('. ');
}
