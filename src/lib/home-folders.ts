import { userInfo } from 'node:os';
import path from 'node:path';
import { IngestError } from '../errors.ts';

export type HomeFacts = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** Instead of `HOME`; for tests. */
  homeDir?: string | undefined;
}>;

/** Where the user's things belong, each asked for only when it is needed. Absolute paths. */
export type HomeFolders = Readonly<{
  /** Undefined when this user has no home folder. */
  home: string | undefined;
  /** Undefined as well: a config file is nothing that one must have. */
  config: () => string | undefined;
  data: () => string;
  state: () => string;
  cache: () => string;
  /** `~/Movies` on macOS, else `data`. */
  movies: () => string;
}>;

/**
 * The folders of the XDG base directory specification, with macOS' own for films and for the cache
 * (`~/Library/Caches` is what Time Machine leaves out); `~/.config` on both, as users of command-line
 * tools expect (cli-player-ux.md §1.1). cron may give no HOME: then the password database is asked.
 * A folder that needs a home that nobody knows throws IngestError `usage`.
 */
export function homeFolders(facts: HomeFacts, homeOfUser = () => userInfo().homedir): HomeFolders {
  const home = findHome(facts, homeOfUser);
  const below = (...names: string[]) => path.join(home ?? noHome(), ...names);
  /** The specification: a relative path in these variables is to be ignored. */
  const xdg = (name: string) => {
    const dir = facts.env[name]?.trim();
    return dir !== undefined && path.isAbsolute(dir) ? path.normalize(dir) : undefined;
  };
  const isMac = facts.platform === 'darwin';
  const data = () => xdg('XDG_DATA_HOME') ?? below('.local', 'share');
  return {
    home,
    config: () => xdg('XDG_CONFIG_HOME') ?? (home && path.join(home, '.config')),
    data,
    state: () => xdg('XDG_STATE_HOME') ?? below('.local', 'state'),
    cache: () => xdg('XDG_CACHE_HOME') ?? (isMac ? below('Library', 'Caches') : below('.cache')),
    movies: () => (isMac ? below('Movies') : data()),
  };
}

function findHome({ env, homeDir }: HomeFacts, homeOfUser: () => string): string | undefined {
  const named = homeDir ?? env['HOME']?.trim();
  if (named !== undefined && named !== '') return path.resolve(named);
  try {
    return homeOfUser() || undefined;
  } catch {
    return undefined; // a user id without an entry, as in containers
  }
}

function noHome(): never {
  throw new IngestError('usage', {
    what: 'Your home folder is not known',
    why: 'HOME is not set, and this user has no entry with a home folder',
    fix: 'Set HOME, or all of MOVIE_INGEST_LIBRARY, MOVIE_INGEST_WORK_DIR and MOVIE_INGEST_STATE_DIR',
  });
}
