import { z } from 'zod';
import { EXIT_CODES } from '../errors.ts';

/**
 * Everything that a run tells, as one union. The engine emits events and knows nothing of screens; the
 * three reporters (`ui/{tty,plain,json}-reporter.ts`) turn them into bars, dated lines or NDJSON.
 * With `--json` each is one line on stdout with `v` and `t` (ISO time) added, so these shapes are a
 * published contract (docs/events.schema.json): fields may be added, never renamed or removed.
 * Readers must ignore types and fields that they do not know.
 * Texts may be from outside (names, titles): reporters make them harmless before they print them.
 */
const count = z.int().nonnegative();
const bytes = z.int().nonnegative();
const ms = z.number().nonnegative();
const exitName = z.enum(EXIT_CODES.map((row) => row.name));

const filmStart = z.object({
  type: z.literal('film.start'),
  file: z.string(),
  number: z.int().positive(),
  of: z.int().positive(),
});

/** A stage of unknown length began; the next fact event of this film ends it. */
const step = z.object({
  type: z.literal('step'),
  step: z.enum([
    'probe',
    'download',
    'stage',
    'loudness',
    'plan',
    'preflight',
    'encode',
    'check',
    'upload',
    'publish',
    'catalog',
  ]),
});

/** A film in a bucket is fetched. */
const downloadProgress = z.object({
  type: z.literal('download.progress'),
  file: z.string(),
  doneBytes: bytes,
  totalBytes: bytes,
  bytesPerSecond: z.number().nonnegative(),
});

const downloaded = z.object({
  type: z.literal('downloaded'),
  file: z.string(),
  bytes,
  /** Of these, there already from a run that was cut off. */
  keptBytes: bytes,
  elapsedMs: ms,
});

const probed = z.object({
  type: z.literal('probed'),
  file: z.string(),
  bytes,
  durationMs: ms,
  width: count,
  height: count,
  fps: z.number(),
  videoCodec: z.string(),
  /** `10-bit`, `HDR10`, `interlaced` and the like, for people. */
  notes: z.array(z.string()),
  audioLanguages: z.array(z.string()),
  subtitleLanguages: z.array(z.string()),
});

const planned = z.object({
  type: z.literal('planned'),
  slug: z.string(),
  revision: z.string(),
  preset: z.string(),
  encoder: z.string(),
  encoderReason: z.string(),
  renditions: z.array(z.object({ name: z.string(), width: count, height: count })),
  /** Renditions that are the film's own streams, not encoded; sound among them. */
  copied: z.array(z.string()).optional(),
  /** Why these, or why none. */
  copyReason: z.string().optional(),
  /** That the viewer can switch on. */
  subtitles: z.array(z.object({ language: z.string(), label: z.string() })).optional(),
  estimatedBytes: bytes,
  estimatedObjects: count,
});

const ready = z.object({
  type: z.literal('ready'),
  store: z.string(),
  catalog: z.string(),
  freeBytes: bytes,
});

const warning = z.object({
  type: z.literal('warning'),
  message: z.string(),
  fix: z.string().optional(),
});

/** Some of the film is lost: it is refused, or published all the same where that is allowed. */
const damaged = z.object({
  type: z.literal('damaged'),
  file: z.string(),
  allowed: z.boolean(),
  ranges: z.array(
    z.object({
      /** `missing`: nothing is there; `beyond`: after the end that the header names. */
      kind: z.enum(['missing', 'picture', 'sound', 'beyond']),
      startMs: ms,
      endMs: ms,
    }),
  ),
});

/** A run that was cut off is gone on with: what it had made is not encoded again. */
const resumed = z.object({
  type: z.literal('resumed'),
  slug: z.string(),
  /** 0-based: the first one that is encoded now, in every video rendition. */
  segment: count,
  /** How many each of them will have, about. */
  of: count,
  /** Of the film, that need not be encoded. */
  doneMs: ms,
  /** Of all video renditions together. */
  keptSegments: count,
  keptBytes: bytes,
  /** Of these, read back from the store, as they were no longer on disk. */
  fetchedSegments: count,
});

/** A run was cut off, but the film is encoded from its start again. */
const restarted = z.object({
  type: z.literal('restarted'),
  slug: z.string(),
  reason: z.string(),
});

const encodeProgress = z.object({
  type: z.literal('encode.progress'),
  slug: z.string(),
  doneMs: ms,
  totalMs: ms,
  fps: z.number().nonnegative(),
  /** Film time per wall time. */
  speed: z.number().nonnegative(),
  etaMs: ms.optional(),
  renditions: z.array(z.object({ name: z.string(), doneMs: ms })),
});

const uploadProgress = z.object({
  type: z.literal('upload.progress'),
  slug: z.string(),
  doneBytes: bytes,
  /** Estimated while the encoder runs, exact afterwards. */
  totalBytes: bytes,
  doneObjects: count,
  bytesPerSecond: z.number().nonnegative(),
  retries: count,
  /** Set while nothing gets through: how long for. */
  waitingMs: ms.optional(),
});

/**
 * Nothing gets through to the store, and the run waits: told after two seconds, every few seconds as
 * long as it lasts, and once more when it is over.
 */
const outage = z.object({
  type: z.literal('outage'),
  store: z.string(),
  /** How long nothing has got through, or did not. */
  forMs: ms,
  /** The run ends when it lasts as long as this (`--max-outage`). */
  giveUpAfterMs: ms,
  isOver: z.boolean(),
  /** What the last try met. */
  cause: z.string().optional(),
});

const encoded = z.object({
  type: z.literal('encoded'),
  renditions: count,
  elapsedMs: ms,
  speed: z.number().nonnegative(),
});
const uploaded = z.object({
  type: z.literal('uploaded'),
  objects: count,
  bytes,
  elapsedMs: ms,
  retries: count,
});
const checked = z.object({
  type: z.literal('checked'),
  segments: count,
  keyFrames: count,
  durationMs: ms,
  subtitles: count.optional(),
  /** Tiles of the storyboard. */
  tiles: count.optional(),
});
/** EBU R128 of each sound rendition, as viewers hear it; those that could be measured. */
const loudness = z.object({
  type: z.literal('loudness'),
  tracks: z.array(
    z.object({
      name: z.string(),
      language: z.string(),
      label: z.string(),
      channels: count,
      /** −70 is silence. */
      integratedLufs: z.number(),
      rangeLu: z.number(),
      /** Absent for digital silence. */
      truePeakDbtp: z.number().optional(),
    }),
  ),
});
/** With `--report-quality`: VMAF of each encoded rung at its own size, by samples. */
const quality = z.object({
  type: z.literal('quality'),
  renditions: z.array(z.object({ name: z.string(), vmaf: z.number(), vmafP5: z.number() })),
});
const published = z.object({ type: z.literal('published'), hlsUrl: z.string() });
const saved = z.object({
  type: z.literal('saved'),
  slug: z.string(),
  catalog: z.string(),
  outcome: z.enum(['created', 'updated', 'unchanged']),
});

/** The result line: one per film that is in. */
const result = z.object({
  type: z.literal('result'),
  file: z.string(),
  slug: z.string(),
  title: z.string(),
  outcome: z.enum(['added', 'updated', 'unchanged']),
  hls_url: z.string(),
  thumbnail_url: z.string(),
  duration_seconds: z.number(),
  bytes,
  source_bytes: bytes,
  elapsed_ms: ms,
  /** What the picture was encoded with, and why that one: a fallback says here what failed. */
  video_encoder: z.string(),
  video_encoder_reason: z.string(),
  /** Renditions that are the film's own streams, and why these or why none. */
  copied: z.array(z.string()).optional(),
  copy_reason: z.string().optional(),
  /** What of it is bad (`--allow-damaged`); absent for a sound film. */
  damage: z
    .array(z.object({ kind: z.string(), start_seconds: z.number(), end_seconds: z.number() }))
    .optional(),
  /** US dollars a month at the store's list price, where one is known. */
  monthly_usd: z.number().optional(),
});

const error = z.object({
  type: z.literal('error'),
  /** The film it is about; absent when the whole run failed. */
  file: z.string().optional(),
  exit: z.int(),
  code: exitName,
  message: z.string(),
  cause: z.string().optional(),
  fix: z.string().optional(),
  /** Only with `--verbose`: where it happened in our code, for a report of a fault. */
  stack: z.string().optional(),
});

/** After a batch of several films. */
const summary = z.object({
  type: z.literal('summary'),
  added: count,
  unchanged: count,
  /** Handed to a queue, and not waited for. */
  queued: count.optional(),
  failed: z.array(z.object({ file: z.string(), code: exitName, message: z.string() })),
  /** The command that tries the failed ones again, quoted for a POSIX shell. */
  retry: z.string().optional(),
  exit: z.int(),
});

/**
 * How a film, or one object of it, stands: a line of `verify` and `sync`, and what other commands
 * changed. Marks are those of `rclone check --combined`.
 */
const difference = z.object({
  type: z.literal('difference'),
  /** `=` the same, `+` only where it is looked for, `-` missing there, `*` differs, `!` cannot be settled. */
  mark: z.enum(['=', '+', '-', '*', '!']),
  /** '' for what belongs to no film. */
  slug: z.string(),
  /** The object, or the prefix, that it is about. */
  key: z.string().optional(),
  /** Of the table in docs/library.md. */
  row: z.int().optional(),
  /** `document lost`, `object damaged`; a stable name. */
  kind: z.string(),
  /** For people. */
  detail: z.string(),
  /** It is settled now. */
  done: z.boolean(),
  /** The command that settles it, quoted for a POSIX shell. */
  fix: z.string().optional(),
});

/** The end of `verify`, `sync` and `gc`. Each film counts once. */
const tally = z.object({
  type: z.literal('tally'),
  films: count,
  same: count,
  settled: count,
  /** Untrue as before. */
  left: count,
  exit: z.int(),
});

/** What becomes of a film that was handed to a queue. */
const job = z.object({
  type: z.literal('job'),
  /** Its id, for `movie-ingest queue show`. */
  job: z.string(),
  slug: z.string(),
  /**
   * `queued`: it is in the queue now; `already`: it was. `handedBack`: a worker could not do it, another
   * may; `handedOver`: a worker was stopped; `retrying`: it failed and is tried again.
   */
  state: z.enum(['queued', 'already', 'started', 'handedBack', 'handedOver', 'retrying']),
  /** `mac-2/4711`. */
  worker: z.string().optional(),
  why: z.string().optional(),
});

/** How a worker stands. `resting`: it takes no films until it has proved again that it can make one. */
const worker = z.object({
  type: z.literal('worker'),
  worker: z.string(),
  state: z.enum(['ready', 'resting']),
  /** `127.0.0.1:6379`. */
  queue: z.string(),
  why: z.string().optional(),
});

export const Event = z.discriminatedUnion('type', [
  filmStart,
  step,
  downloadProgress,
  downloaded,
  probed,
  planned,
  ready,
  warning,
  damaged,
  resumed,
  restarted,
  encodeProgress,
  uploadProgress,
  outage,
  encoded,
  uploaded,
  checked,
  loudness,
  quality,
  published,
  saved,
  result,
  error,
  summary,
  difference,
  tally,
  job,
  worker,
]);

export type Event = z.infer<typeof Event>;

/** One member of the union: `EventOf<'result'>`. */
export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;

/** Takes events as they happen. Never throws, never blocks; a broken pipe on stdout is quiet. */
export type Report = (event: Event) => void;
