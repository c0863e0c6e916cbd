import { type ExitName, IngestError } from '../errors.ts';
import type { IngestContext, IngestRequest } from '../ingest/context.ts';
import { ingest } from '../ingest.ts';
import { addAll } from './add-all.ts';
import { askedWith } from './asked-with.ts';
import { filmsOf } from './films-of.ts';
import { openContext } from './open-context.ts';
import { runPlan } from './plan.ts';
import type { PresetFlags } from './preset-with.ts';
import type { CommonFlags, Session } from './session.ts';
import { stoppedAdd } from './stop-error.ts';
import { whileAwake } from './while-awake.ts';
import { withNotice } from './with-notice.ts';

export type AddFlags = CommonFlags &
  PresetFlags &
  Readonly<{
    title?: string;
    description?: string;
    slug?: string;
    poster?: string;
    /** Each as typed: `vi=file.srt`. */
    subtitle?: readonly string[];
    burnSubtitle?: string;
    force?: boolean;
    /** How long to wait for the film's lock; with a queue, whether to follow, and how long. */
    wait?: string | boolean;
    /** 1 before 2, 100 without it. */
    priority?: string;
    /** How long ffmpeg may make no progress. */
    stallTimeout?: string;
    dryRun?: boolean;
    allowDamaged?: boolean;
    reportQuality?: boolean;
    /** Upload films to the inbox first; with a queue. */
    stage?: boolean;
    /** False with `--no-overlap`. */
    overlap?: boolean;
    dropUploaded?: boolean;
    /** A notification of the desktop at the end. */
    notify?: boolean;
    fromFile?: string;
    null?: boolean;
    /** Of `plan`; here for `--dry-run`. */
    uploadSpeed?: string;
  }>;

/**
 * `movie-ingest add`: every film that is named, one after the other. A film that fails does not stop
 * the others; what would fail for all of them (credentials, store, catalogue) does, and is then the
 * exit. Of one film the failure is thrown; of several each is told, and a summary with the command
 * that tries the failed ones again ends the run with `someFailed`.
 */
export async function runAdd(
  paths: readonly string[],
  flags: AddFlags,
  session: Session,
): Promise<ExitName> {
  if (flags.dryRun === true) return runPlan(paths, flags, session);
  const settings = await session.open(flags);
  if (settings.queueUrl !== undefined && flags.queue !== false) {
    const { runEnqueue } = await import('./enqueue.ts');
    return runEnqueue(paths, flags, { settings, session });
  }
  refuseQueueFlags(flags);
  const asked = askedWith(flags);
  const films = await filmsOf(paths, flags, session);
  const opened = await openContext(settings, flags, session);
  try {
    return await withNotice(
      opened,
      { isWanted: flags.notify === true, session, films },
      async (context) => {
        const [only] = films;
        if (films.length !== 1 || only === undefined) {
          const add = async (path: string) => (await ingest({ path, ...asked }, context)).outcome;
          return whileAwake(() => addAll(films, { add, flags, context }));
        }
        await whileAwake(() => ingestOnly({ path: only, ...asked }, context));
        return 'ok';
      },
    );
  } finally {
    await opened.close();
  }
}

function refuseQueueFlags({ wait, priority, stage }: AddFlags): void {
  if (wait !== true && priority === undefined && stage !== true) return;
  const alone = stage === true ? '--stage needs a queue' : '--priority needs a queue';
  throw new IngestError('usage', {
    what: wait === true ? '--wait needs a duration here' : alone,
    why: 'No queue is named, so films are made here and now.',
    fix: `${wait === true ? 'For another run that is at the film: --wait 2h. ' : ''}To hand films in: --queue redis://host:6379`,
  });
}

async function ingestOnly(request: IngestRequest, context: IngestContext): Promise<void> {
  try {
    await ingest(request, context);
  } catch (error) {
    throw context.signal.aborted ? stoppedAdd(context.signal, { in: 0, of: 1 }) : error;
  }
}
