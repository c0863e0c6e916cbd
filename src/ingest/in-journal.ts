import type { Plan } from '../model/plan.ts';
import type { IngestContext } from './context.ts';

/** Runs `work` and writes into the film's diary that it began, and how it ended. */
export async function inJournal<Result>(
  { slug, revision }: Plan,
  { openJournal }: Pick<IngestContext, 'openJournal'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const journal = openJournal(slug);
  const entry = { step: 'ingest', revision };
  await journal.append({ ...entry, state: 'begun', at: new Date() });
  try {
    const result = await work();
    await journal.append({ ...entry, state: 'done', at: new Date() });
    return result;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    await journal.append({ ...entry, state: 'failed', at: new Date(), what });
    throw error;
  }
}
