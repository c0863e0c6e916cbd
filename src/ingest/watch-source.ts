import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import { findDecodeErrors } from '../ffmpeg/damage/find-decode-errors.ts';
import { findMissing } from '../ffmpeg/damage/find-missing.ts';
import { surveyPackets } from '../ffmpeg/damage/survey-packets.ts';
import { isSuspicious } from '../ffmpeg/log-line.ts';
import { cleanText } from '../lib/clean-text.ts';
import { givingWay, type Manner } from '../lib/giving-way.ts';
import { once } from '../lib/once.ts';
import { type FilmStamp, sameFilm } from '../lib/same-film.ts';
import { commonRanges } from '../lib/time-ranges.ts';
import type { BadRange } from '../model/damage.ts';
import type { Source } from '../model/source.ts';
import type { IngestContext } from './context.ts';
import { damagedFilm, fewRanges, tellRanges } from './tell-damage.ts';

/** An eye on the film while it is encoded. */
export type SourceWatch = Readonly<{
  /** Takes a line of the encoder's stderr: errors in it have the film decoded once more, to be found. */
  heard: (line: string) => void;
  /** Has it decoded in any case: what is copied goes through no decoder that could say a word. */
  suspect: (tracks: 'all' | 'sound') => void;
  /** Has its beginning decoded: for a run that has not heard what an earlier one was told of that. */
  suspectUntil: (untilMs: number) => void;
  /**
   * The film was read to its end: says what of it is bad, once all of that is known. Throws `film` for
   * damage that is not allowed, and `encode` for a film that changed meanwhile. Repeating it is free.
   */
  finish: () => Promise<readonly BadRange[]>;
}>;

export type WatchOptions = Readonly<{
  source: Source;
  /** `--allow-damaged`: damage is told and put into the document, and stops nothing. */
  allowDamaged: boolean;
  context: Pick<IngestContext, 'tools' | 'report' | 'signal'>;
}>;

/** How often it is seen whether somebody writes to the film. */
const LOOK_EVERY_MS = 3_000;

/** What ffmpeg says when pictures are no longer what its filters were set up for. */
const CHANGES = /Changing video frame properties on the fly/;

/** Sound that may be lost in a film without a viewer's notice: three frames of AAC or so. */
const TOLERATED_SOUND_MS = 200;

/**
 * Runs `work` with a watch on the film. What the watch finds stops `work` at once and is thrown: a
 * film that is cut off, or written to, is not encoded for an hour first. A failure of the encode that
 * damage explains is thrown as that damage.
 */
export async function withSourceWatch<Result>(
  options: WatchOptions,
  work: (watch: SourceWatch, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.context.signal, stop.signal]);
  const { watch, closed } = openWatch(options, signal, (error) => stop.abort(error));
  try {
    return await work(watch, signal);
  } catch (error) {
    options.context.signal.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    if (error instanceof IngestError && /^(film|encode)$/.test(error.exit)) {
      await demandSame(options.source); // the root of many an evil
      if (error.exit === 'encode') await watch.finish();
    }
    throw error;
  } finally {
    stop.abort();
    await closed();
  }
}

function openWatch(options: WatchOptions, signal: AbortSignal, fail: (error: unknown) => void) {
  const { source, allowDamaged, context } = options;
  const ask = { tools: context.tools, source, signal };
  const jobs: Promise<unknown>[] = [];
  const begin = <Result>(job: Promise<Result>): Promise<Result> => {
    job.catch(fail);
    jobs.push(job);
    return job;
  };
  const judge = async (found: readonly BadRange[]) => {
    if (found.length === 0 || allowDamaged) return found;
    await demandSame(source); // another file in its place is not damage
    const ranges = fewRanges(found);
    context.report({ type: 'damaged', file: source.path, allowed: false, ranges: [...ranges] });
    throw damagedFilm(source, ranges);
  };
  const survey = begin(surveyPackets(ask).then((found) => judge(findMissing(source, found))));
  const encoderEnded = new AbortController();
  const errors: Partial<Record<'all' | 'sound' | 'beginning', Promise<readonly BadRange[]>>> = {};
  const look = (what: FindWhat) =>
    begin(
      givingWay({ until: encoderEnded.signal, signal }, (manner) =>
        findErrors(options, { ...what, ...manner }),
      ).then(judge),
    );
  const suspect = (tracks: 'all' | 'sound') => {
    if (errors.all !== undefined || errors[tracks] !== undefined) return;
    errors[tracks] = look({ tracks });
  };
  const suspectUntil = (untilMs: number) => {
    errors.beginning ??= look({ tracks: 'all', untilMs });
  };
  void begin(lookForChanges(source, signal));
  const finish = once(async () => {
    encoderEnded.abort(new Error('the encoder has ended'));
    const missing = await survey;
    const bad = [
      ...((await errors.sound) ?? []),
      ...((await (errors.all ?? errors.beginning)) ?? []),
    ];
    await demandSame(source);
    // What is not there cannot be decoded either: one of the two is enough to say.
    const seen = bad.filter((range) => commonRanges([range], missing).length === 0);
    const ranges = fewRanges([...missing, ...seen]);
    if (ranges.length > 0) {
      context.report({ type: 'damaged', file: source.path, allowed: true, ranges: [...ranges] });
      const name = cleanText(basename(source.path), { maxLength: 100 });
      context.report({ type: 'warning', message: `${name} is damaged: ${tellRanges(ranges)}` });
    }
    return ranges;
  });
  const tellOfChange = once(async () => {
    const name = cleanText(basename(source.path), { maxLength: 100 });
    const message = `${name}: its picture changes its size or format on the way; all of it is shown in the shape that it begins with, and may be stretched`;
    context.report({ type: 'warning', message });
  });
  const heard = (line: string) => {
    if (isSuspicious(line)) suspect('all');
    if (CHANGES.test(line)) void tellOfChange();
  };
  return {
    watch: { heard, suspect, suspectUntil, finish },
    closed: () => Promise.allSettled(jobs),
  };
}

type FindWhat = Readonly<{ tracks: 'all' | 'sound'; untilMs?: number }>;

async function findErrors(
  { source, context }: WatchOptions,
  manner: Manner & FindWhat,
): Promise<readonly BadRange[]> {
  const found = await findDecodeErrors({ tools: context.tools, source, ...manner });
  const sound = found.sound.map((range) => ({ kind: 'sound' as const, ...range }));
  const picture = found.picture.map((range) => ({ kind: 'picture' as const, ...range }));
  if (found.soundLostMs > TOLERATED_SOUND_MS || sound.length === 0) {
    return [...picture, ...sound];
  }
  const name = cleanText(basename(source.path), { maxLength: 100 });
  const message = `${name}: a few frames of its sound are broken: ${tellRanges(sound)}`;
  context.report({ type: 'warning', message });
  return picture;
}

async function lookForChanges(source: Source, signal: AbortSignal): Promise<void> {
  for (;;) {
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await demandSame(source);
  }
}

/** Throws `encode` when the file is not the one that was probed. The same command may succeed later. */
export async function demandSame(source: FilmStamp): Promise<void> {
  const change = await sameFilm(source);
  if (change === undefined) return;
  throw new IngestError('encode', {
    what: `${basename(source.path)} changed while it was being read: ${change}`,
    why: 'It is still being copied, downloaded or recorded, or was replaced.',
    fix: 'Nothing was published. Wait until it is whole, then run the same command again.',
  });
}
