import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ExitName, IngestError } from '../errors.ts';
import type { IngestContext } from '../ingest/context.ts';
import { findSubtitles } from '../ingest/find-subtitles.ts';
import { demandSlug, slugOf, withoutBody } from '../ingest/identify-film.ts';
import { planFilm } from '../ingest/plan-film.ts';
import { fingerprintFile } from '../lib/fingerprint-file.ts';
import { parseSpeed } from '../lib/parse-speed.ts';
import { statFilm } from '../lib/stat-film.ts';
import type { Report } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import { publicUrl } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { isFilmAddress } from '../sources/film-address.ts';
import { storageCost } from '../store/storage-cost.ts';
import { errorEvent } from '../ui/error-event.ts';
import { type PlanReport, printPlan } from '../ui/print-plan.ts';
import type { AddFlags } from './add.ts';
import { filmsOf } from './films-of.ts';
import { openTools } from './open-tools.ts';
import type { Session } from './session.ts';
import { trackNumber } from './track-number.ts';

/** What an ordinary home line sends, where the user says nothing. */
const DEFAULT_UPLOAD_SPEED = '20Mbit';

/**
 * `movie-ingest plan`, and `add --dry-run`: what would be done with each film, as a screen or (with
 * `--json`) one JSON document per line. Reads the films' headers and tries the encoders; writes
 * nothing, in no store, catalogue or work folder, and asks no server.
 */
export async function runPlan(
  paths: readonly string[],
  flags: AddFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await session.open({ ...flags, quiet: flags.json !== true });
  const bytesPerSecond = parseSpeed(flags.uploadSpeed ?? DEFAULT_UPLOAD_SPEED);
  const films = await filmsOf(paths, flags, session);
  const tools = await openTools(settings, session, { remembers: false, flags });
  let failures = 0;
  for (const path of films) {
    try {
      const report = await planReport({
        path,
        flags,
        bytesPerSecond,
        settings,
        tools,
        session,
      });
      show(report, session);
    } catch (error) {
      if (films.length === 1 || session.signal.aborted) throw error;
      failures += 1;
      session.report(errorEvent(error, { file: path, verbose: session.isVerbose }));
    }
  }
  return failures === 0 ? 'ok' : 'someFailed';
}

type Tools = Pick<IngestContext, 'tools' | 'toolchain' | 'preset'>;

type PlanOneOptions = Readonly<{
  path: string;
  flags: AddFlags;
  bytesPerSecond: number;
  settings: Settings;
  tools: Tools;
  session: Session;
}>;

async function planReport(options: PlanOneOptions): Promise<PlanReport> {
  const { path, flags, settings, tools, session, bytesPerSecond } = options;
  if (isFilmAddress(path)) throw cannotPlan();
  await statFilm(path);
  const slug =
    flags.slug === undefined ? slugOf(path, await fingerprintFile(path)) : demandSlug(flags.slug);
  const told: string[] = [];
  const report: Report = (event) => {
    if (event.type === 'warning') told.push([event.message, event.fix].filter(Boolean).join('. '));
  };
  const files = await findSubtitles({ path, subtitles: flags.subtitle }, { report });
  const planned = await planFilm(
    {
      path,
      slug,
      subtitleFiles: files.map(withoutBody),
      burnSubtitle: trackNumber(flags.burnSubtitle),
      looksAtDetail: true,
    },
    { ...tools, settings, report: () => {}, signal: session.signal },
  );
  const plan = { ...planned, warnings: [...planned.warnings, ...told] };
  const prefix = keys.revision(slug, plan.revision);
  return {
    plan,
    store: storeName(settings),
    hlsUrl: publicUrl(settings.store, keys.master(slug)),
    thumbnailUrl: publicUrl(settings.store, keys.poster(slug)),
    keys: [
      ...[...plan.video, ...plan.audio, ...plan.subtitles].map(({ name }) => `${prefix}${name}/`),
      `${prefix}storyboard/`,
      ...(plan.source.chapters.length > 0 ? [`${prefix}chapters.vtt`] : []),
      keys.poster(slug),
      keys.manifest(slug, plan.revision),
      keys.master(slug),
    ],
    upload: { bytesPerSecond, ms: (plan.estimate.bytes / bytesPerSecond) * 1000 },
    cost: storageCost(settings.store.kind, plan.estimate),
    work: { dir: settings.workDir, freeBytes: await freeBytesAt(settings.workDir) },
    ffmpeg: tools.tools.ffmpeg,
  };
}

function cannotPlan(): IngestError {
  return new IngestError('usage', {
    what: 'plan takes films that are files here, not s3:// addresses',
    why: 'A plan follows from what ffprobe sees in the whole file.',
    fix: 'Fetch the film first; add does it by itself.',
  });
}

function storeName({ store }: Settings): string {
  return store.kind === 'folder'
    ? `folder ${store.dir}`
    : `${store.kind.toUpperCase()} ${store.bucket}`;
}

/** Of the nearest folder that exists: a plan makes none. */
async function freeBytesAt(dir: string): Promise<number> {
  const found = await statfs(dir).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  return dirname(dir) === dir ? 0 : freeBytesAt(dirname(dir));
}

function show(report: PlanReport, session: Session): void {
  if (session.isJson) {
    session.print(`${JSON.stringify({ v: 1, type: 'plan', ...report })}\n`);
    return;
  }
  const paint = session.paintFor(session.stdout);
  session.print(printPlan(report, { columns: session.columns, paint }));
}
