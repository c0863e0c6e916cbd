import { type ExitName, exitCode, IngestError } from '../errors.ts';
import type { IngestContext, IngestRequest } from '../ingest/context.ts';
import { ingest } from '../ingest.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import type { EventOf } from '../model/event.ts';
import { errorEvent } from '../ui/error-event.ts';
import { filmsOf } from './films-of.ts';
import { openContext } from './open-context.ts';
import { runPlan } from './plan.ts';
import type { PresetFlags } from './preset-with.ts';
import type { CommonFlags, Session } from './session.ts';
import { stoppedAdd } from './stop-error.ts';
import { trackNumber } from './track-number.ts';
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
    /** How long to wait for the film's lock. */
    wait?: string;
    /** How long ffmpeg may make no progress. */
    stallTimeout?: string;
    dryRun?: boolean;
    allowDamaged?: boolean;
    reportQuality?: boolean;
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
          return whileAwake(() => addAll(films, { asked, flags, context }));
        }
        await whileAwake(() => ingestOnly({ path: only, ...asked }, context));
        return 'ok';
      },
    );
  } finally {
    await opened.close();
  }
}

/** A request but for its film. */
export type Asked = Omit<IngestRequest, 'path'>;

export function askedWith(flags: AddFlags): Asked {
  if (flags.reportQuality === true && flags.dropUploaded === true) {
    throw new IngestError('usage', {
      what: '--report-quality does not go with --drop-uploaded',
      why: 'The quality is measured on the finished segments, which are no longer on disk then.',
      fix: 'Leave one of the two out.',
    });
  }
  return {
    title: flags.title,
    description: flags.description,
    slug: flags.slug,
    poster: flags.poster,
    subtitles: flags.subtitle,
    burnSubtitle: trackNumber(flags.burnSubtitle),
    force: flags.force === true,
    allowDamaged: flags.allowDamaged === true,
    reportQuality: flags.reportQuality === true,
    overlap: flags.overlap !== false,
    dropUploaded: demandOverlap(flags),
    stallMs: parseStallTimeout(flags.stallTimeout ?? DEFAULT_STALL_TIMEOUT),
    waitMs: flags.wait === undefined ? 0 : parseDuration(flags.wait),
  };
}

function demandOverlap({ dropUploaded = false, overlap }: AddFlags): boolean {
  if (!dropUploaded || overlap !== false) return dropUploaded;
  throw new IngestError('usage', {
    what: '--drop-uploaded and --no-overlap exclude one another',
    why: 'Without overlap nothing is uploaded before the whole film is on disk.',
    fix: 'Leave one of them out',
  });
}

const DEFAULT_STALL_TIMEOUT = '2m';

function parseStallTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms > 0) return ms;
  throw new IngestError('usage', {
    what: '--stall-timeout must be at least 1s',
    why: 'An encoder needs a moment for each picture.',
    fix: 'For an encode that may take its time: --stall-timeout 1h',
  });
}

async function ingestOnly(request: IngestRequest, context: IngestContext): Promise<void> {
  try {
    await ingest(request, context);
  } catch (error) {
    throw context.signal.aborted ? stoppedAdd(context.signal, { in: 0, of: 1 }) : error;
  }
}

/** Failures that the next film would meet as well. A full disk is none: the next may be smaller. */
const STOPS_THE_RUN: readonly ExitName[] = ['credentials', 'store', 'catalog'];

export function stopsTheRun(error: unknown): boolean {
  return error instanceof IngestError && STOPS_THE_RUN.includes(error.exit) && !error.isOfOneFilm;
}

type Failure = EventOf<'summary'>['failed'][number];

type Batch = Readonly<{ asked: Asked; flags: AddFlags; context: IngestContext }>;

async function addAll(
  films: readonly string[],
  { asked, flags, context }: Batch,
): Promise<ExitName> {
  const failed: Failure[] = [];
  const done = { added: 0, unchanged: 0 };
  let untried: readonly string[] = [];
  let stoppedBy: ExitName | undefined;
  for (const [index, file] of films.entries()) {
    context.report({ type: 'film.start', file, number: index + 1, of: films.length });
    try {
      const { outcome } = await ingest({ path: file, ...asked }, context);
      done[outcome === 'unchanged' ? 'unchanged' : 'added'] += 1;
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
    ...done,
    failed,
    ...(again.length === 0 ? {} : { retry: retryCommand(again, flags) }),
    exit: exitCode(exit),
  });
  return exit;
}

/** Where nothing failed but that others are at it, nothing is wrong. */
function exitOf(failed: readonly Failure[]): ExitName {
  if (failed.length === 0) return 'ok';
  return failed.every(({ code }) => code === 'locked') ? 'locked' : 'someFailed';
}

/** What the films were to be made with, and where they were to go. */
const KEPT_FLAGS = [
  ['--wait', 'wait'],
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
    ...(flags.copy === 'never' ? ['--no-copy'] : []),
    ...(flags.copy === 'long-gops' ? ['--copy-long-gops'] : []),
    ...KEPT_FLAGS.flatMap(([flag, name]) => {
      const value = flags[name];
      return value === undefined ? [] : [flag, value];
    }),
  ];
  return shellQuote(['movie-ingest', 'add', ...kept, '--', ...files]);
}
