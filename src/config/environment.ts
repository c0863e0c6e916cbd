import { parseDuration } from '../lib/parse-duration.ts';

/** The environment, read once. Nothing else looks at `process.env`. */
export type Environment = Readonly<{
  /** All of it: for `loadSettings`, and `PATH` for whoever looks for programs. */
  variables: Readonly<Record<string, string | undefined>>;
  ui: UiFacts;
}>;

/** What the environment says about screens. Flags and `isTTY` are weighed against it in `ui/`. */
export type UiFacts = Readonly<{
  isCi: boolean;
  term: string | undefined;
  /** https://no-color.org: set and not empty. */
  noColor: boolean;
  forceColor: boolean;
  /** MOVIE_INGEST_PROGRESS_INTERVAL: time between plain progress lines. Not read from `.env`. */
  progressIntervalMs: number | undefined;
}>;

/** Takes a copy: later changes of `process.env` are not seen. Throws IngestError `usage`. */
export function readEnvironment(
  // biome-ignore lint/style/noProcessEnv: this is the one place that reads the environment
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const variables = { ...source };
  const interval = variables['MOVIE_INGEST_PROGRESS_INTERVAL']?.trim();
  return {
    variables,
    ui: {
      isCi: isOn(variables['CI']),
      term: variables['TERM'] || undefined,
      noColor: (variables['NO_COLOR'] ?? '') !== '',
      forceColor: isOn(variables['FORCE_COLOR']),
      progressIntervalMs: interval ? parseDuration(interval) : undefined,
    },
  };
}

/** `CI=false` and `FORCE_COLOR=0` mean off. */
function isOn(value: string | undefined): boolean {
  return !['', '0', 'false'].includes(value?.trim().toLowerCase() ?? '');
}
