import type { Outbox } from '../catalog/outbox.ts';
import type { Journal } from '../journal/journal.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Report } from '../model/event.ts';
import type { Locks } from '../model/lock.ts';
import type { Preset } from '../model/preset.ts';
import type { Settings } from '../model/settings.ts';
import type { Toolchain, Tools } from '../model/toolchain.ts';
import type { Fence } from '../publish/replace-object.ts';
import type { PatientStore } from '../store/retry.ts';

/** What all films of a run share. What is a function is asked for once per run, and only if needed. */
export type IngestContext = Readonly<{
  settings: Settings;
  preset: Preset;
  tools: Tools;
  toolchain: () => Promise<Toolchain>;
  /** Patient: what it throws is final. */
  store: PatientStore;
  /** Where films of `s3://BUCKET/` are read: the same service and keys as the store's. Throws `usage` where it is none. */
  openFilms: (bucket: string) => Promise<PatientStore>;
  catalog: Catalog;
  locks: Locks;
  /** Where a document waits that the catalogue did not take. */
  outbox: Outbox;
  /** What delivers it, with the flags of this run: `movie-ingest sync --db films`. */
  syncCommand: string;
  /** Asks the store without patience: one that is away or refuses is told within seconds. */
  reachStore: () => Promise<void>;
  /** Proves that store and catalogue can be written, before the first frame. */
  preflight: () => Promise<void>;
  /** A film's diary. */
  openJournal: (slug: string) => Journal;
  report: Report;
  signal: AbortSignal;
  version: string;
}>;

/** In the work on one film. */
export type FilmContext = IngestContext &
  Readonly<{
    /** Asked before what viewers and readers get is changed. Throws `locked` when the lock is lost. */
    demandLock: () => Promise<void>;
    /** Whoever was at the film before may yet wake, and write where it wrote. */
    wasTakenOver: boolean;
  }>;

/** In the work on a film that is to be published. */
export type FencedContext = FilmContext &
  Readonly<{
    fence: Fence;
    /** Revisions that this run has begun. */
    begunHere: Set<string>;
  }>;

/** What was asked for one film. */
export type IngestRequest = Readonly<{
  /** Absolute; or `s3://bucket/key`, which is fetched. */
  path: string;
  /** What the film is called, where its key in a bucket does not say it. */
  fileName?: string | undefined;
  /** Which film it must be, where another machine has named it. */
  expect?: Readonly<{ bytes: number; fingerprint: string }> | undefined;
  title?: string | undefined;
  description?: string | undefined;
  slug?: string | undefined;
  /** Path of a picture, a time in the film, or `cover` for the picture that the file carries. */
  poster?: string | undefined;
  /** As typed: `vi=file.srt`. */
  subtitles?: readonly string[] | undefined;
  /** Number of a subtitle track to draw into the picture; 1 is the film's first. */
  burnSubtitle?: number | undefined;
  /** Encode again although it is in, or replace the film that is. */
  force: boolean;
  /** Publish a film of which some is lost; what is bad is told, and stands in its document. */
  allowDamaged: boolean;
  /** Measure how near each rendition comes to the film (VMAF), where this ffmpeg can. */
  reportQuality: boolean;
  /** Upload while encoding. */
  overlap: boolean;
  /** Take segments off the disk as soon as the store has them; needs `overlap`. */
  dropUploaded: boolean;
  /** How long ffmpeg may make no progress before it is stopped. */
  stallMs: number;
  /** How long to wait for another run that holds the film's lock. */
  waitMs: number;
}>;
