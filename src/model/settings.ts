import type { LinkKey } from './link-key.ts';
import type { CopyChoice } from './preset.ts';

/** All that a run needs to know from outside, merged and checked once (`config/load-settings.ts`). */
export type Settings = Readonly<{
  store: StoreSettings;
  catalog: CatalogSettings;
  /** Address of the queue that workers share, password included. */
  queueUrl: string | undefined;
  /** What links that expire are signed with. */
  linkKey: LinkKey | undefined;
  /** Overrides of the search on PATH and in the Homebrew places. */
  ffmpegPath: string | undefined;
  ffprobePath: string | undefined;
  /** Folder for work in progress; absolute. */
  workDir: string;
  /** Folder that films from a bucket are fetched to; absolute. */
  scratchDir: string;
  /** Folder for locks and the journal; absolute. */
  stateDir: string;
  /** Root of the embedded library, whether or not it is in use; absolute. */
  libraryDir: string;
  /** Name of a preset in `presets/`, or the path of a file. */
  preset: string;
  encoder: EncoderChoice;
  /** What the preset says of copying counts when undefined. */
  copy: CopyChoice | undefined;
  hdr: HdrChoice;
  /** The largest picture that is decoded, width × height. */
  maxPixels: number;
  /** The longest film that is taken. */
  maxDurationMs: number;
  /** The most tracks of picture, sound and subtitles that a film may have. */
  maxTracks: number;
  /** Objects in flight. */
  uploadConcurrency: number;
  /** The store is given up after so long without a single success. */
  maxOutageMs: number;
  /** Pages that play films in a browser, as origins: `https://www.example.com`. Empty: any page may. */
  playerOrigins: readonly string[];
  /**
   * Where each value came from, for `doctor` and for error messages. Key: the path in this object:
   * `preset`, `store.bucket`, `catalog.uri`.
   */
  origins: Readonly<Record<string, Origin>>;
  /** What is allowed but probably not meant; shown as `warning` events. Never a secret. */
  warnings: readonly SettingsWarning[];
}>;

/**
 * The largest picture that is decoded, if the user says nothing: 8K and a little. A 0.66 MB file of
 * 15000×15000 took 1.7 GB of memory without a limit (reliability.md §2.1).
 */
export const MAX_PIXELS = 8192 * 4352;

/** The longest film that is taken, if the user says nothing. */
export const MAX_DURATION_MS = 24 * 3_600_000;

/** How long a store that is out of reach is waited for, if the user says nothing. */
export const MAX_OUTAGE_MS = 15 * 60_000;

/** A Blu-ray may have 32 sound and 32 subtitle tracks. */
export const MAX_TRACKS = 65;

/** What a film may be; for `probe`. */
export type FilmLimits = Pick<Settings, 'maxPixels' | 'maxDurationMs' | 'maxTracks'>;

export type SettingsWarning = Readonly<{ message: string; fix?: string }>;

export type EncoderChoice = 'auto' | 'videotoolbox' | 'libx264' | 'libx265';

/** `tonemap` turns HDR films into SDR, `refuse` does not take them. */
export type HdrChoice = 'tonemap' | 'refuse';

export type StoreSettings =
  | Readonly<{ kind: 'folder'; dir: string; publicBaseUrl: string }>
  | Readonly<{
      kind: 'r2' | 'b2' | 's3';
      endpoint: string;
      region: string;
      bucket: string;
      accessKeyId: string;
      secretAccessKey: string;
      publicBaseUrl: string;
    }>;

export type CatalogSettings =
  | Readonly<{ kind: 'folder'; dir: string }>
  | Readonly<{ kind: 'mongo'; uri: string; db: string; collection: 'movies' }>;

/** `flag --preset`, `R2_BUCKET in the environment`, `.env line 3`, `config.json: r2.bucket`, `default`. */
export type Origin = string;
