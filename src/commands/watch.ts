import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitName, IngestError } from '../errors.ts';
import type { IngestContext } from '../ingest/context.ts';
import { ingest } from '../ingest.ts';
import { openWatched, type Watched } from '../journal/watched.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import { type SeenFile, SettledFiles, stampOf } from '../lib/settled-files.ts';
import { errorEvent } from '../ui/error-event.ts';
import type { AddFlags } from './add.ts';
import { stopsTheRun } from './add-all.ts';
import { type Asked, askedWith } from './asked-with.ts';
import { findFilms } from './find-films.ts';
import { openContext } from './open-context.ts';
import type { Session } from './session.ts';
import { whileAwake } from './while-awake.ts';

export type WatchFlags = AddFlags & Readonly<{ settle?: string }>;

/** Looked at by listing: events of the system do not come from network volumes. */
const LOOK_MS = 5_000;
/** A film that failed through no fault of its own is tried again after this. */
const AGAIN_MS = 60_000;

/**
 * `movie-ingest watch <folder>`: takes each film of the folder, as `add` does, once it has come to rest,
 * one at a time, until it is stopped. A film that fails is told and not tried again until it changes; one
 * that failed because store or catalogue are away is tried again. A watch that begins anew goes on.
 */
export async function runWatch(
  folder: string,
  flags: WatchFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await session.open(flags);
  const dir = await demandFolder(resolve(session.cwd, folder));
  const settled = new SettledFiles(parseDuration(flags.settle ?? '30s'));
  const asked = askedWith(flags);
  const context = await openContext(settings, flags, session);
  try {
    const name = createHash('sha256').update(`${context.store.name}\n${dir}`).digest('hex');
    const watched = await openWatched(
      join(settings.stateDir, 'watch', `${name.slice(0, 16)}.json`),
    );
    const notBeforeMs = new Map<string, number>();
    for (;;) {
      session.signal.throwIfAborted();
      const now = Date.now();
      const next = settled
        .look(await filesIn(dir, session), now)
        .filter(({ path }) => (notBeforeMs.get(path) ?? 0) <= now)
        .find((file) => !watched.has(file.path, stampOf(file)));
      if (next !== undefined) {
        const isDone = await take(next, { asked, watched, flags, context });
        if (!isDone) notBeforeMs.set(next.path, Date.now() + AGAIN_MS);
      } else {
        await rest(LOOK_MS, session.signal);
      }
    }
  } finally {
    await context.close();
  }
}

type Taking = Readonly<{
  asked: Asked;
  watched: Watched;
  flags: WatchFlags;
  context: IngestContext;
}>;

/** False when it was not the film that failed, and it shall be tried again. */
async function take(file: SeenFile, { asked, watched, flags, context }: Taking): Promise<boolean> {
  const { path } = file;
  try {
    await whileAwake(() => ingest({ path, ...asked }, context));
  } catch (error) {
    context.signal.throwIfAborted();
    context.report(errorEvent(error, { file: path, verbose: flags.verbose === true }));
    if (stopsTheRun(error) || isPassing(error)) return false;
  }
  await watched.add(path, stampOf(file));
  return true;
}

/** Another run is at it, or the disk is full: the film may well be taken later. */
function isPassing(error: unknown): boolean {
  return error instanceof IngestError && ['locked', 'space'].includes(error.exit);
}

async function filesIn(dir: string, { cwd, stdin }: Session): Promise<readonly SeenFile[]> {
  const paths = await findFilms({ paths: [dir], cwd, stdin });
  const files = await Promise.all(
    paths.map(async (path) => {
      // Gone by now, or not to be read: it is there again at the next look, or it is not.
      const stats = await stat(path).catch(() => undefined);
      if (stats?.isFile() !== true) return [];
      return [{ path, bytes: stats.size, modifiedAtMs: stats.mtimeMs }];
    }),
  );
  return files.flat();
}

async function demandFolder(dir: string): Promise<string> {
  const stats = await stat(dir).catch(() => undefined);
  if (stats?.isDirectory() === true) return dir;
  throw new IngestError('usage', {
    what: `${dir} is no folder that can be watched`,
    fix: 'Name a folder that is there: movie-ingest watch ~/Films',
  });
}

/** Stopped at once when the run is. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
