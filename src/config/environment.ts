import { IngestError } from '../errors.ts';
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

const INTERVAL = 'MOVIE_INGEST_PROGRESS_INTERVAL';

/**
 * Takes a copy: later changes of `process.env` are not seen. Throws IngestError `usage`, unless
 * `isLenient`: then what is wrong counts as not said, for a screen that has to tell of it.
 */
export function readEnvironment(
  // biome-ignore lint/style/noProcessEnv: this is the one place that reads the environment
  source: Readonly<Record<string, string | undefined>> = process.env,
  { isLenient = false }: Readonly<{ isLenient?: boolean }> = {},
): Environment {
  const variables = { ...source };
  return {
    variables,
    ui: {
      isCi: isOn(variables['CI']),
      term: variables['TERM'] || undefined,
      noColor: (variables['NO_COLOR'] ?? '') !== '',
      forceColor: isOn(variables['FORCE_COLOR']),
      progressIntervalMs: readInterval(variables[INTERVAL], isLenient),
    },
  };
}

function readInterval(text: string | undefined, isLenient: boolean): number | undefined {
  if ((text?.trim() ?? '') === '') return undefined;
  try {
    return parseDuration(text ?? '');
  } catch (error) {
    if (isLenient || !(error instanceof IngestError)) return undefined;
    throw new IngestError('usage', {
      what: `${INTERVAL}: ${error.message}`,
      fix: 'Write 5s or 1m',
    });
  }
}

/** `CI=false` and `FORCE_COLOR=0` mean off. */
function isOn(value: string | undefined): boolean {
  return !['', '0', 'false'].includes(value?.trim().toLowerCase() ?? '');
}
