import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import type { Plan } from '../model/plan.ts';
import { keys } from '../plan/keys.ts';
import type { FilmUploads } from './with-uploads.ts';

/** Takes segments off the disk of which nothing is needed there any more. */
export type Dropper = Readonly<{
  /**
   * In order within its rendition; `isSound` says whether it could be decoded, once that was tried.
   * Answers when there is room for another: not when it is gone. Nothing is being taken off once it
   * has answered.
   */
  add: (segment: ScannedSegment, isSound: Promise<boolean>) => Promise<void>;
}>;

type Waiting = Readonly<{ segment: ScannedSegment; isSound: Promise<boolean> }>;

/** Of one rendition, 60 s of film: before whoever brings more has to wait for the decoder. */
const MOST_WAITING = 10;

/**
 * For small disks: a segment goes once the store has all of it for certain and it was decoded. The smallest rendition and the sound stay to the end, a tenth of the film or so: storyboard
 * and loudness are made from them. So does the last segment of each rendition, which is decoded in full.
 */
export function openDropper(plan: Plan, uploads: Pick<FilmUploads, 'stored'>): Dropper {
  const larger = new Map(plan.video.slice(1).map(({ name }) => [name, [] as Waiting[]]));
  const decoded = new WeakSet<Waiting>();
  const prefix = keys.revision(plan.slug, plan.revision);
  const mayGo = (one: Waiting) =>
    decoded.has(one) &&
    uploads.stored.has(`${prefix}${one.segment.rendition}/${basename(one.segment.path)}`);
  return {
    add: async (segment, isSound) => {
      const waiting = larger.get(segment.rendition);
      if (waiting === undefined) return;
      const added = { segment, isSound };
      waiting.push(added);
      void isSound.then((could) => could && decoded.add(added));
      if (waiting.length > MOST_WAITING) await waiting[0]?.isSound;
      while (waiting.length > 1 && waiting[0] !== undefined && mayGo(waiting[0])) {
        const [first] = waiting.splice(0, 1);
        if (first !== undefined) await rm(first.segment.path, { force: true });
      }
    },
  };
}
