import { readdir, readFile, rename, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IngestError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Container } from '../model/preset.ts';
import { INIT_FILE, type InitSegment, type Segment, type SegmentFacts } from '../model/segment.ts';
import type { Tools } from '../model/toolchain.ts';
import { NO_SPACE } from './demand-success.ts';
import { isSegmentFile, segmentFile } from './hls-args.ts';
import type { Progress } from './progress.ts';
import { type Encoder, superviseEncoder } from './supervise-encoder.ts';

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

export type EncodeOptions = Readonly<{
  tools: Tools;
  /** Working folder of this attempt, empty or absent. */
  dir: string;
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
 *
 * Throws `encode` when ffmpeg fails or makes anything else than planned, `space` when the disk is
 * full, and the signal's reason when stopped; ffmpeg is gone by then. Also when the reader leaves early.
 */
export async function* encode(plan: Plan, options: EncodeOptions): AsyncGenerator<Segment> {
  const stop = new AbortController();
  const encoder = superviseEncoder(plan, {
    ...options,
    signal: AbortSignal.any([options.signal, stop.signal]),
  });
  try {
    yield* takeSegments(plan, options, encoder);
  } finally {
    stop.abort();
    await encoder.ended;
  }
}

type Cursor = {
  readonly rendition: string;
  readonly container: Container;
  init?: InitSegment;
  next: number;
  isDone: boolean;
};

async function* takeSegments(
  plan: Plan,
  options: EncodeOptions,
  encoder: Encoder,
): AsyncGenerator<Segment> {
  const cursors: Cursor[] = [...plan.video, ...plan.audio].map(({ name }) => ({
    rendition: name,
    container: plan.container,
    next: 0,
    isDone: false,
  }));
  for (;;) {
    // Asked before looking: what is not there after the end will never be.
    const end = encoder.result();
    if (end !== undefined) encoder.demandSuccess(end);
    let found = false;
    for (const cursor of cursors.filter(({ isDone }) => !isDone)) {
      const segment = await takeNext(cursor, options, encoder);
      if (segment === undefined) continue;
      found = true;
      yield segment;
    }
    if (found) continue;
    if (end !== undefined) break;
    await Promise.race([encoder.ended, wait(LOOK_EVERY_MS)]);
  }
  for (const cursor of cursors) await demandNothingLeft(cursor, options.dir);
}

/** The rendition's next segment if it is final; waits for ffmpeg's end where only that can tell. */
async function takeNext(
  cursor: Cursor,
  options: EncodeOptions,
  encoder: Encoder,
): Promise<Segment | undefined> {
  const { rendition, next: index } = cursor;
  const file = segmentFile(index, cursor.container);
  const path = join(options.dir, rendition, file);
  const body = await readIfThere(path);
  if (body === undefined) return undefined;
  if (cursor.container === 'fmp4') cursor.init ??= await readInit(rendition, options);
  const { init } = cursor;
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
 * The rendition's init segment, which ffmpeg has closed before the first segment gets its name. Its own
 * name depends on how many renditions there are (performance.md §5.6), so it is looked for, and given
 * the one that it has in the store: whoever reads segments later finds it beside them.
 */
async function readInit(rendition: string, { dir }: EncodeOptions): Promise<InitSegment> {
  const folder = join(dir, rendition);
  const [file] = (await readdir(folder)).filter((name) => /^init.*\.mp4$/.test(name));
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
  if (bytes > 0) return false;
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
  const files = await readdir(join(dir, cursor.rendition)).catch(() => []);
  const segments = files.filter((file) => isSegmentFile(file, cursor.container));
  if (segments.length === cursor.next && cursor.next > 0) return;
  throw new IngestError('encode', {
    what: `${cursor.rendition} has ${segments.length} segments where ${cursor.next} are in order`,
    why: 'ffmpeg left a gap or made nothing at all.',
    fix: 'Nothing was published. Run the same command again.',
  });
}
