import { type ExitName, exitCode, IngestError } from '../errors.ts';
import type { IngestContext } from '../ingest/context.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import type { EventOf } from '../model/event.ts';
import { errorEvent } from '../ui/error-event.ts';
import type { AddFlags } from './add.ts';
import { stoppedAdd } from './stop-error.ts';

/** Failures that the next film would meet as well. A full disk is none: the next may be smaller. */
const STOPS_THE_RUN: readonly ExitName[] = ['credentials', 'store', 'catalog', 'queue'];

export function stopsTheRun(error: unknown): boolean {
  return error instanceof IngestError && STOPS_THE_RUN.includes(error.exit) && !error.isOfOneFilm;
}

type Failure = EventOf<'summary'>['failed'][number];

export type Batch = Readonly<{
  /** Brings one film in, or hands it in. */
  add: (file: string) => Promise<EventOf<'result'>['outcome'] | 'queued'>;
  flags: AddFlags;
  context: Pick<IngestContext, 'report' | 'signal'>;
}>;

/** One film after the other, and what is told of several. */
export async function addAll(
  films: readonly string[],
  { add, flags, context }: Batch,
): Promise<ExitName> {
  const failed: Failure[] = [];
  const done = { added: 0, unchanged: 0, queued: 0 };
  let untried: readonly string[] = [];
  let stoppedBy: ExitName | undefined;
  for (const [index, file] of films.entries()) {
    context.report({ type: 'film.start', file, number: index + 1, of: films.length });
    try {
      done[countedAs(await add(file))] += 1;
    } catch (error) {
      if (context.signal.aborted) {
        throw stoppedAdd(context.signal, { in: done.added + done.unchanged, of: films.length });
      }
      const event = errorEvent(error, { file, verbose: flags.verbose === true });
      context.report(event);
      failed.push({ file, code: event.code, message: event.message });
      if (stopsTheRun(error)) {
        stoppedBy = event.code;
        untried = films.slice(index + 1);
        break;
      }
    }
  }
  const exit = stoppedBy ?? exitOf(failed);
  const again = [...failed.map(({ file }) => file), ...untried];
  context.report({
    type: 'summary',
    ...countsOf(done),
    failed,
    ...(again.length === 0 ? {} : { retry: retryCommand(again, flags) }),
    exit: exitCode(exit),
  });
  return exit;
}

function countedAs(outcome: Awaited<ReturnType<Batch['add']>>): 'added' | 'unchanged' | 'queued' {
  return outcome === 'updated' ? 'added' : outcome;
}

type Done = Readonly<{ added: number; unchanged: number; queued: number }>;

/** Of the queue only where there is one. */
function countsOf({ queued, ...done }: Done): Omit<Done, 'queued'> & Partial<Done> {
  return queued === 0 ? done : { ...done, queued };
}

/** Where nothing failed but that others are at it, nothing is wrong. */
function exitOf(failed: readonly Failure[]): ExitName {
  if (failed.length === 0) return 'ok';
  return failed.every(({ code }) => code === 'locked') ? 'locked' : 'someFailed';
}

/** What the films were to be made with, and where they were to go. */
const KEPT_FLAGS = [
  ['--priority', 'priority'],
  ['--burn-subtitle', 'burnSubtitle'],
  ['--stall-timeout', 'stallTimeout'],
  ['--preset', 'preset'],
  ['--audio-lang', 'audioLang'],
  ['--encoder', 'encoder'],
  ['--hdr', 'hdr'],
  ['--max-pixels', 'maxPixels'],
  ['--max-duration', 'maxDuration'],
  ['--max-tracks', 'maxTracks'],
  ['--store', 'store'],
  ['--library', 'library'],
  ['--db', 'db'],
  ['--work-dir', 'workDir'],
  ['--scratch', 'scratch'],
  ['--upload-concurrency', 'uploadConcurrency'],
  ['--max-outage', 'maxOutage'],
] as const;

/** `--wait` alone goes before another option: a film after it would be taken for its duration. */
function waitWords({ wait }: AddFlags): string[] {
  if (wait === undefined || wait === false) return [];
  return [wait === true ? '--wait' : `--wait=${wait}`];
}

function retryCommand(files: readonly string[], flags: AddFlags): string {
  const kept = [
    ...(flags.force === true ? ['--force'] : []),
    ...(flags.allowDamaged === true ? ['--allow-damaged'] : []),
    ...(flags.overlap === false ? ['--no-overlap'] : []),
    ...(flags.dropUploaded === true ? ['--drop-uploaded'] : []),
    ...(flags.surround === true ? ['--surround'] : []),
    ...(flags.normalize === true ? ['--normalize'] : []),
    ...(flags.perTitle === true ? ['--per-title'] : []),
    ...(flags.reportQuality === true ? ['--report-quality'] : []),
    ...(flags.queue === false ? ['--no-queue'] : []),
    ...(typeof flags.queue === 'string' ? ['--queue', flags.queue] : []),
    ...waitWords(flags),
    ...(flags.copy === 'never' ? ['--no-copy'] : []),
    ...(flags.copy === 'long-gops' ? ['--copy-long-gops'] : []),
    ...KEPT_FLAGS.flatMap(([flag, name]) => {
      const value = flags[name];
      return value === undefined ? [] : [flag, value];
    }),
  ];
  return shellQuote(['movie-ingest', 'add', ...kept, '--', ...files]);
}
