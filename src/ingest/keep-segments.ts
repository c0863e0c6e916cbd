import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoOn } from '../ffmpeg/encode/encode.ts';
import { segmentFile } from '../ffmpeg/encode/hls-args.ts';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import { segmentJudge } from '../hls/segment-judge.ts';
import { inOrder } from '../library/in-order.ts';
import { scanSegment } from '../library/scan-segment.ts';
import type { Plan } from '../model/plan.ts';
import { INIT_FILE, type SegmentFacts } from '../model/segment.ts';
import type { ListedObject, StoredObject } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import type { IngestContext } from './context.ts';

/** What of an encode that was cut off is whole, in every video rendition. */
export type Kept = GoOn &
  Readonly<{
    /** Now in the folder of this attempt. In order; renditions go in step. */
    segments: readonly ScannedSegment[];
    bytes: number;
    /** Segments of them that were no longer on disk and were read back from the store. */
    fetched: number;
  }>;

export type KeepOptions = Readonly<{
  plan: Plan;
  /** Folder of this attempt, with one for each rendition. */
  dir: string;
  /** Folders of earlier attempts at the very same encode. */
  leftovers: readonly string[];
  /** What the store has, by the key that it has or is to have below the revision. */
  listed: ReadonlyMap<string, ListedObject>;
  /**
   * For each that is taken over for certain, once its file is there; `stored` of one that came from
   * the store. The file may be gone afterwards.
   */
  onTaken?: (segment: ScannedSegment, stored: StoredObject | undefined) => Promise<void>;
  context: Pick<IngestContext, 'store' | 'signal'>;
}>;

/** With fewer there is nothing to win (performance.md §1.6). */
export const LEAST_SEGMENTS = 2;

/** Segments of all rungs that are read ahead: a store answers late, and they are a few MB each. */
const READ_AHEAD = 4;

/**
 * Takes over what earlier runs have made: the leading segments that are whole in every video rendition,
 * from the folders that they left, or else from the store. Nothing is believed but the bytes: each is
 * scanned and judged as when it was made, sequence parameter sets included (performance.md §1.4). What
 * is older than the film's last change is of another film. Undefined when there is too little.
 */
export async function keepSegments(options: KeepOptions): Promise<Kept | undefined> {
  const inits = await findInits(options);
  if (inits === undefined) return undefined;
  const taken: Taken[] = [];
  let told = 0;
  let firstSegment = 0;
  for await (const found of findWhole({ ...options, inits })) {
    for (const one of found) taken.push(await takeOver(one, options));
    firstSegment += 1;
    if (firstSegment === LEAST_SEGMENTS) await writeInits(inits); // whoever is told may read them
    const isEnough = firstSegment >= LEAST_SEGMENTS;
    for (const { segment, stored } of isEnough ? taken.slice(told) : []) {
      await options.onTaken?.(segment, stored);
      told += 1;
    }
  }
  const segments = taken.map(({ segment }) => segment);
  if (firstSegment < LEAST_SEGMENTS) {
    // Whoever begins anew must not take them for its own.
    for (const { path } of segments) await rm(path, { force: true });
    return undefined;
  }
  const bytes = segments.reduce((sum, { facts }) => sum + facts.bytes, 0);
  const fetched = taken.filter(({ isFetched }) => isFetched).length;
  return { firstSegment, inits, segments, bytes, fetched };
}

async function writeInits(inits: GoOn['inits']): Promise<void> {
  for (const { path, body } of inits.values()) await writeFile(path, body, { flush: true });
}

/** The leading segments that are whole in every rendition: those of all renditions, index by index. */
async function* findWhole(options: FindOptions): AsyncGenerator<readonly Found[]> {
  const { video } = options.plan;
  const judge = segmentJudge(options.plan);
  const find = (index: number) =>
    Promise.all(video.map(({ name }) => findSegment(name, index, options)));
  for await (const found of inOrder(countUp(), READ_AHEAD, find)) {
    const whole = found.flatMap((one) => (one === undefined ? [] : [one]));
    const isSound = ({ rendition, index, facts }: Found) =>
      judge({ rendition, index, facts, isLast: false }).verdict === 'sound';
    if (whole.length < video.length || !whole.every(isSound)) return;
    yield whole;
  }
}

async function* countUp(): AsyncGenerator<number> {
  for (let index = 0; ; index += 1) yield index;
}

type Found = Readonly<{
  rendition: string;
  index: number;
  facts: SegmentFacts;
  init?: ScannedSegment['init'];
  /** Where it lies, or its bytes when it came from the store. */
  from?: string;
  body?: Buffer;
}>;

type Taken = Readonly<{
  segment: ScannedSegment;
  stored: StoredObject | undefined;
  isFetched: boolean;
}>;

type FindOptions = KeepOptions & Readonly<{ inits: GoOn['inits'] }>;

async function findSegment(
  rendition: string,
  index: number,
  options: FindOptions,
): Promise<Found | undefined> {
  const { plan, leftovers, inits } = options;
  const init = inits.get(rendition);
  const rest = { rendition, index, ...(init === undefined ? {} : { init }) };
  const name = `${rendition}/${segmentFile(index, plan.container)}`;
  for (const folder of leftovers) {
    const from = join(folder, name);
    const body = await readIfNewer(from, plan.source.modifiedAtMs);
    if (body === undefined) continue;
    const facts = scanSegment(body, init?.body);
    if (facts.problems.length === 0) return { ...rest, facts, from };
  }
  const body = await fetchIfNewer(name, options);
  return body && { ...rest, facts: scanSegment(body, init?.body), body };
}

/** Undefined also where the file is older than the film: it was made of what stood there before. */
async function readIfNewer(path: string, thanMs: number): Promise<Buffer | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || info.mtimeMs < thanMs) return undefined;
  return readFile(path).catch(() => undefined);
}

async function fetchIfNewer(
  name: string,
  { plan, listed, context }: KeepOptions,
): Promise<Buffer | undefined> {
  const key = `${keys.revision(plan.slug, plan.revision)}${name}`;
  const object = listed.get(key);
  if (object === undefined || object.modifiedAtMs < plan.source.modifiedAtMs) return undefined;
  return context.store.get(object.key, { signal: context.signal });
}

async function takeOver(found: Found, { plan, dir, listed }: KeepOptions): Promise<Taken> {
  const { from, body, rendition, index, facts, init } = found;
  const path = join(dir, rendition, segmentFile(index, plan.container));
  if (from !== undefined) await rename(from, path);
  else if (body !== undefined) {
    // Under its name only when whole, as ffmpeg does it.
    await writeFile(`${path}.tmp`, body);
    await rename(`${path}.tmp`, path);
  }
  const segment = { rendition, index, path, facts, ...(init === undefined ? {} : { init }) };
  return { segment, stored: storedAs(found, { plan, listed }), isFetched: body !== undefined };
}

/** Undefined for one from disk, and for one that has yet to be copied from another revision. */
function storedAs(
  { rendition, index, body }: Found,
  { plan, listed }: Pick<KeepOptions, 'plan' | 'listed'>,
): StoredObject | undefined {
  if (body === undefined) return undefined;
  const name = `${rendition}/${segmentFile(index, plan.container)}`;
  const md5 = createHash('md5').update(body).digest('hex');
  const key = `${keys.revision(plan.slug, plan.revision)}${name}`;
  return listed.get(key)?.key === key ? { key, bytes: body.length, md5 } : undefined;
}

/** Of each video rendition, in fMP4; undefined when one is missing. Empty for MPEG-TS, which has none. */
async function findInits(options: KeepOptions): Promise<GoOn['inits'] | undefined> {
  const { plan, dir } = options;
  const inits = new Map<string, { path: string; body: Buffer }>();
  if (plan.container !== 'fmp4') return inits;
  for (const { name } of plan.video) {
    const body = await findInit(name, options);
    if (body === undefined) return undefined;
    inits.set(name, { path: join(dir, name, INIT_FILE), body });
  }
  return inits;
}

/** A run that was killed early has not given it its name yet. */
async function findInit(rendition: string, options: KeepOptions): Promise<Buffer | undefined> {
  for (const leftover of options.leftovers) {
    const folder = join(leftover, rendition);
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((name) => /^init.*\.mp4$/.test(name))) {
      const body = await readIfNewer(join(folder, file), options.plan.source.modifiedAtMs);
      if (body !== undefined && body.length > 0) return body;
    }
  }
  return fetchIfNewer(`${rendition}/${INIT_FILE}`, options);
}
