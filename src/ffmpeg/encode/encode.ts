import { readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IngestError } from '../../errors.ts';
import { segmentStartSeconds } from '../../model/grid.ts';
import type { Plan } from '../../model/plan.ts';
import type { Container } from '../../model/preset.ts';
import {
  INIT_FILE,
  type InitSegment,
  type Segment,
  type SegmentFacts,
} from '../../model/segment.ts';
import type { Tools } from '../../model/toolchain.ts';
import { NO_SPACE } from './demand-success.ts';
import { encodeArgs, soundArgs } from './encode-args.ts';
import { isSegmentFile, segmentFile } from './hls-args.ts';
import type { Progress } from './progress.ts';
import { type EncodeJob, type Encoder, superviseEncoder } from './supervise-encoder.ts';

/** How often the next segment is looked for. No watcher, no playlist: both lie at disk full (§3.1). */
const LOOK_EVERY_MS = 100;

/** What a segment's bytes say about it, measured against the plan (`hls/check-segment.ts`). */
export type Verdict = Readonly<{
  verdict: 'sound' | 'damaged' | 'no space';
  problems: readonly string[];
}>;

export type SegmentToJudge = Readonly<{
  rendition: string;
  index: number;
  facts: SegmentFacts;
  /** Whether to allow what only the last segment may be: short. */
  isLast: boolean;
}>;

/** Where an encode goes on that was cut off. */
export type GoOn = Readonly<{
  /** Of every video rendition, all segments before it are in order. */
  firstSegment: number;
  /** By rendition, in fMP4: what those segments need in front of them. */
  inits: ReadonlyMap<string, InitSegment>;
}>;

export type EncodeOptions = Readonly<{
  tools: Tools;
  /** Working folder of this attempt: with nothing in it that this encode is to make. */
  dir: string;
  /** From the film's first picture where left out. */
  goOn?: GoOn | undefined;
  /** `init` is that of the rendition, in fMP4. */
  scan: (bytes: Uint8Array, init?: Uint8Array) => SegmentFacts;
  judge: (segment: SegmentToJudge) => Verdict;
  /** How long ffmpeg may make no progress. */
  stallMs: number;
  onProgress: (progress: Progress) => void;
  /** Each line of ffmpeg's stderr, raw. */
  onStderrLine?: (line: string) => void;
  signal: AbortSignal;
}>;

/**
 * Encodes the plan and yields each segment once it is final: its name is there (ffmpeg renames it in
 * when whole) and its bytes are as planned. In order within a rendition; renditions go in step. Each
 * file is read once, when it is asked for: a slow reader makes segments wait on disk, never ffmpeg nor
 * memory. ffmpeg's playlists and exit code are not believed (reliability.md §0.1).
 * One that goes on yields the pictures from `goOn.firstSegment` on, and the sound, which is made again
 * whole beside them: it is the same to the byte (performance.md §1.3).
 *
 * Throws `encode` when ffmpeg fails or makes anything else than planned, `space` when the disk is
 * full, and the signal's reason when stopped; ffmpeg is gone by then. Also when the reader leaves early.
 */
export async function* encode(plan: Plan, options: EncodeOptions): AsyncGenerator<Segment> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const { onProgress, goOn } = options;
  const cursors: Cursor[] = [];
  for (const { first, ...job } of jobsOf(plan, goOn)) {
    const isPicture = cursors.length === 0;
    const encoder = superviseEncoder(job, {
      ...options,
      signal,
      onProgress: isPicture ? inFilm(plan, { first, onProgress }) : () => {},
    });
    for (const rendition of job.renditions) {
      const kept = goOn?.inits.get(rendition);
      const { container } = plan;
      const init = kept === undefined ? {} : { init: kept };
      cursors.push({ rendition, container, encoder, first, next: first, isDone: false, ...init });
    }
  }
  try {
    yield* takeSegments(cursors, options);
  } finally {
    stop.abort();
    await Promise.all(cursors.map(({ encoder }) => encoder.ended));
  }
}

/**
 * In the work folder: warnings and errors of the process that made the pictures, each written before the
 * segment that it is about was closed. The next run has not heard them.
 */
export const ENCODE_LOG = 'encode.log';

/** The one with the pictures comes first. */
function jobsOf(plan: Plan, goOn: GoOn | undefined): (EncodeJob & Readonly<{ first: number }>)[] {
  const video = plan.video.map(({ name }) => name);
  const audio = plan.audio.map(({ name }) => name);
  const encoder = plan.encoder.name;
  if (goOn === undefined) {
    const renditions = [...video, ...audio];
    return [{ args: plan.ffmpegArgs, renditions, encoder, first: 0, logFile: ENCODE_LOG }];
  }
  const { firstSegment: first } = goOn;
  const logFile = ENCODE_LOG;
  const pictures = { args: encodeArgs(plan, goOn), renditions: video, encoder, first, logFile };
  if (audio.length === 0) return [pictures];
  return [pictures, { args: soundArgs(plan), renditions: audio, encoder, first: 0 }];
}

/** Progress in the film: with `-copyts` ffmpeg counts time from where it began, so pictures are counted. */
function inFilm(
  { grid }: Plan,
  { first, onProgress }: Readonly<{ first: number; onProgress: EncodeOptions['onProgress'] }>,
): EncodeOptions['onProgress'] {
  if (first === 0) return onProgress;
  const { num, den } = grid.frameRate;
  const startMs = 1000 * segmentStartSeconds(grid, first);
  return (progress) =>
    onProgress({ ...progress, doneMs: startMs + (1000 * progress.frames * den) / num });
}

type Cursor = {
  readonly rendition: string;
  readonly container: Container;
  readonly encoder: Encoder;
  /** The first segment that this encode makes. */
  readonly first: number;
  init?: InitSegment;
  isInitRead?: true;
  next: number;
  isDone: boolean;
};

async function* takeSegments(cursors: Cursor[], options: EncodeOptions): AsyncGenerator<Segment> {
  const encoders = [...new Set(cursors.map(({ encoder }) => encoder))];
  for (;;) {
    // Asked before looking: what is not there after the end will never be.
    const running = encoders.filter((encoder) => {
      const end = encoder.result();
      if (end !== undefined) encoder.demandSuccess(end);
      return end === undefined;
    });
    let found = false;
    for (const cursor of cursors.filter(({ isDone }) => !isDone)) {
      const segment = await takeNext(cursor, options);
      if (segment === undefined) continue;
      found = true;
      yield segment;
    }
    if (found) continue;
    if (running.length === 0) break;
    await Promise.race([...running.map(({ ended }) => ended), wait(LOOK_EVERY_MS)]);
  }
  for (const cursor of cursors) await demandNothingLeft(cursor, options.dir);
}

/** The rendition's next segment if it is final; waits for ffmpeg's end where only that can tell. */
async function takeNext(cursor: Cursor, options: EncodeOptions): Promise<Segment | undefined> {
  const { rendition, encoder, next: index } = cursor;
  const file = segmentFile(index, cursor.container);
  const path = join(options.dir, rendition, file);
  const body = await readIfThere(path);
  if (body === undefined) return undefined;
  if (body.length === 0 && index === cursor.first && index > 0) {
    await demandEnd(cursor, { path, dir: options.dir });
    return undefined;
  }
  const init = cursor.container === 'fmp4' ? await initOf(cursor, options) : undefined;
  const facts = options.scan(body, init?.body);
  const { verdict, problems } = options.judge({ rendition, index, facts, isLast: false });
  if (verdict !== 'sound') {
    const isShort = options.judge({ rendition, index, facts, isLast: true }).verdict === 'sound';
    if (verdict === 'no space' && !isShort && !(await isEmptyWithRoom(facts, options))) {
      throw noSpaceLeft(`${rendition}/${file}`);
    }
    if (!isShort) throw damaged(`${rendition}/${file}`, problems);
    // Sound but short: right only as the last one, and only ffmpeg's good end makes it that.
    encoder.demandSuccess(await encoder.ended);
    cursor.isDone = true;
  }
  cursor.next += 1;
  return { rendition, index, path, body, ...(init === undefined ? {} : { init }), facts };
}

/**
 * Asked to go on at the film's very end, ffmpeg leaves an empty segment, and exits 0 without a word
 * (performance.md §1.7). Whether that was the end is seen by the length of the whole.
 */
async function demandEnd(
  cursor: Cursor,
  { path, dir }: Readonly<{ path: string; dir: string }>,
): Promise<void> {
  cursor.encoder.demandSuccess(await cursor.encoder.ended);
  if (!(await hasRoom(dir))) throw noSpaceLeft(`${cursor.rendition}/${basename(path)}`);
  await rm(path, { force: true });
  cursor.isDone = true;
}

/** Every run writes its own, and they are all the same: another one is of another encoder (§5.6). */
async function initOf(cursor: Cursor, options: EncodeOptions): Promise<InitSegment> {
  const { rendition, init: kept, isInitRead } = cursor;
  if (isInitRead && kept !== undefined) return kept;
  const init = await readInit(rendition, options);
  if (kept !== undefined && !kept.body.equals(init.body)) {
    throw damaged(`${rendition}/${INIT_FILE}`, ['it is not that of the segments before']);
  }
  cursor.isInitRead = true;
  cursor.init = init;
  return init;
}

/**
 * The rendition's init segment, which ffmpeg has closed before the first segment gets its name. Its own
 * name depends on how many renditions there are (performance.md §5.6), so it is looked for, and given
 * the one that it has in the store: whoever reads segments later finds it beside them.
 */
async function readInit(rendition: string, { dir }: EncodeOptions): Promise<InitSegment> {
  const folder = join(dir, rendition);
  const files = (await readdir(folder)).filter((name) => /^init.*\.mp4$/.test(name));
  // Beside one that was kept, its own has a number, or has just replaced it.
  const file = files.find((name) => name !== INIT_FILE) ?? files[0];
  if (file === undefined) throw damaged(`${rendition}/init.mp4`, ['it is missing']);
  const path = join(folder, INIT_FILE);
  if (file !== INIT_FILE) await rename(join(folder, file), path);
  return { path, body: await readFile(path) };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const ROOM_BYTES = 64 * 1024 * 1024;

/** An empty segment, on a disk with room for many: no picture could be decoded. A cut one is a quota. */
async function isEmptyWithRoom({ bytes }: SegmentFacts, { dir }: EncodeOptions): Promise<boolean> {
  return bytes === 0 && hasRoom(dir);
}

async function hasRoom(dir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize > ROOM_BYTES;
}

function noSpaceLeft(name: string): IngestError {
  return new IngestError('space', {
    ...NO_SPACE,
    why: `${name} was cut short; ffmpeg says nothing when this happens.`,
  });
}

function damaged(name: string, problems: readonly string[]): IngestError {
  return new IngestError('encode', {
    what: `${name} is not what was planned`,
    why: problems.join('; '),
    fix: 'Nothing was published. Try --encoder libx264 (HEVC: libx265); if that fails as well, the film is damaged there.',
  });
}

/** Files after the last one that was yielded would be a hole or a surprise: either is a failure. */
async function demandNothingLeft(cursor: Cursor, dir: string): Promise<void> {
  const { rendition, container, next } = cursor;
  const files = await readdir(join(dir, rendition)).catch(() => []);
  const segments = files.filter((file) => isSegmentFile(file, container));
  const beyond = segments.filter((file) => file >= segmentFile(next, container));
  if (beyond.length === 0 && next > 0) return;
  throw new IngestError('encode', {
    what: `${rendition} has ${next + beyond.length} segments where ${next} are in order`,
    why: 'ffmpeg left a gap or made nothing at all.',
    fix: 'Nothing was published. Run the same command again.',
  });
}
