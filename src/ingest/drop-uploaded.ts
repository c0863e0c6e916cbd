import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DecodeCheck } from '../ffmpeg/decode-check.ts';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import type { Plan } from '../model/plan.ts';
import { keys } from '../plan/keys.ts';
import type { FilmUploads } from './with-uploads.ts';

/** Takes segments off the disk of which nothing is needed there any more. */
export type Dropper = Readonly<{
  /**
   * In order within its rendition. Answers when there is room for another: not when it is gone. One to
   * `keep` stays, because it is being decoded in full.
   */
  add: (segment: ScannedSegment, options: Readonly<{ keep: boolean }>) => Promise<void>;
  /** Whether it is of a rendition that is taken off the disk; its key frames are decoded before. */
  mayDrop: (segment: Pick<ScannedSegment, 'rendition'>) => boolean;
  /** Answers when nothing is being taken off any more. */
  finish: () => Promise<void>;
}>;

export type DropperOptions = Readonly<{
  plan: Plan;
  uploads: Pick<FilmUploads, 'stored'>;
  decoding: Pick<DecodeCheck, 'keyFrames' | 'hasFailed'>;
}>;

/** One decoder looks at so many at a time. */
const BATCH = 5;
/** Batches under way before whoever brings more has to wait. */
const AT_ONCE = 2;

/**
 * For small disks: a segment goes once the store has all of it for certain and its key frames were
 * decoded. The smallest rendition and the sound stay to the end, a tenth of the film or so: storyboard
 * and loudness are made from them.
 */
export function openDropper({ plan, uploads, decoding }: DropperOptions): Dropper {
  const larger = new Map(plan.video.slice(1).map(({ name }) => [name, [] as ScannedSegment[]]));
  const prefix = keys.revision(plan.slug, plan.revision);
  const kept = new Set<string>();
  const underWay: Promise<void>[] = [];
  const isStored = ({ rendition, path }: ScannedSegment) =>
    uploads.stored.has(`${prefix}${rendition}/${basename(path)}`);
  const drop = async (name: string, batch: readonly ScannedSegment[]) => {
    const [first] = batch;
    await decoding.keyFrames({
      name,
      segments: batch.map(({ path, facts }) => ({
        file: basename(path),
        keyFrames: facts.keyFrames.length,
      })),
      init: first?.init && basename(first.init.path),
    });
    if (decoding.hasFailed()) return;
    for (const { path } of batch) {
      if (!kept.has(path)) await rm(path, { force: true }).catch(() => {});
    }
  };
  return {
    add: async (segment, { keep }) => {
      const waiting = larger.get(segment.rendition);
      if (waiting === undefined) return;
      if (keep) kept.add(segment.path);
      waiting.push(segment);
      if (waiting.length < BATCH || !waiting.slice(0, BATCH).every(isStored)) return;
      const batch = waiting.splice(0, BATCH);
      underWay.push(drop(segment.rendition, batch));
      if (underWay.length >= AT_ONCE) await underWay.shift();
    },
    mayDrop: ({ rendition }) => larger.has(rendition),
    finish: async () => {
      await Promise.all(underWay);
    },
  };
}
