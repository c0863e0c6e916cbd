import { z } from 'zod';
import { Event } from './event.ts';
import { Preset } from './preset.ts';

/**
 * The version that this program writes and understands. Another number when a worker of today would make
 * another film of a job, or none: such a worker leaves the job to a newer one.
 */
export const JOB_VERSION = 1;

const text = z.string().max(10_000);
const wait = z.int().nonnegative();

/**
 * A film in the queue: all that shapes it, and nothing that opens a door. Where it goes is said by name
 * alone; keys and passwords are the worker's own. Strict, so that a wish which an older worker does not
 * know is left to a newer one instead of being passed over.
 */
export const FilmJob = z.strictObject({
  v: z.literal(JOB_VERSION),
  /** Under which it goes; chosen when it was handed in. */
  slug: z.string().max(80),
  source: z.strictObject({
    /** `file:///films/a.mkv`, as the machine that handed it in sees it, or `s3://bucket/key`. */
    uri: text,
    /** What the film is called, where its address does not say it (`add --stage`). */
    fileName: text.exactOptional(),
    bytes: z.int().nonnegative(),
    /** Of the content, as the catalogue has it. What a worker finds must have the same. */
    fingerprint: z.string().max(100),
  }),
  /** Whole, as the one who handed it in has it: a worker need not have the file. */
  // Not parsed into its parts: their order would change, and with it the recipe of the film.
  preset: z.custom<Preset>((value) => Preset.safeParse(value).success),
  /** What shapes the film beside its preset. */
  wishes: z.strictObject({
    /** As typed, with absolute paths: `vi=/films/a.srt`. */
    subtitles: z.array(text).max(200).exactOptional(),
    burnSubtitle: z.int().positive().exactOptional(),
    hdr: z.enum(['tonemap', 'refuse']),
    force: z.boolean(),
    allowDamaged: z.boolean(),
    reportQuality: z.boolean(),
  }),
  /** How the work is done; the film is the same. */
  handling: z.strictObject({
    overlap: z.boolean(),
    dropUploaded: z.boolean(),
    stallMs: wait,
  }),
  storage: z.strictObject({
    /** Of store, catalogue and public address together. A worker with another one does not take the job. */
    profile: z.string().max(64),
    /** For people. */
    store: text,
    catalog: text,
    /** What addresses of films begin with. */
    url: text,
  }),
  editorial: z.strictObject({
    title: text.exactOptional(),
    description: text.exactOptional(),
    /** An absolute path, a time, or `cover`. */
    poster: text.exactOptional(),
  }),
  from: z.strictObject({ host: text, version: text }),
  /** Set when somebody wants it ended while it is being worked on. */
  cancelledBy: text.exactOptional(),
});

export type FilmJob = z.infer<typeof FilmJob>;

/** Version alone, of jobs of every version. */
export const AnyJob = z.looseObject({ v: z.int(), slug: z.string().exactOptional() });

/** A newer worker may tell what this program does not know. */
const told = Event.optional().catch(undefined);

const at = z.int().nonnegative();

/** How far a job is, as its worker last told it. */
export const JobState = z.looseObject({
  /** `mac-2/4711`: host and process. */
  worker: z.string(),
  startedAtMs: at,
  /** The stage, and the latest word of it. */
  step: z.string().exactOptional(),
  encode: told,
  upload: told,
  outage: told,
  /** Why it was given back, the last time. */
  handedBack: z.string().exactOptional(),
  /** How often it was. */
  timesHandedBack: z.int().exactOptional(),
});

export type JobState = z.infer<typeof JobState>;

/** A line of a job's diary: what its workers told, in order. */
export const JobEntry = z.looseObject({
  atMs: at,
  worker: z.string(),
  /** `told`: an event of the film; the others say what became of a try. */
  what: z.enum(['started', 'told', 'handedBack', 'handedOver', 'failed', 'cancelled']),
  event: told,
  /** Of `handedBack` and `handedOver`. */
  why: z.string().exactOptional(),
  /** Of `failed`: it is tried again after so long; absent when it is not. */
  againInMs: z.int().exactOptional(),
});

export type JobEntry = z.infer<typeof JobEntry>;
