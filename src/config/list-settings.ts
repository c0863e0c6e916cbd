import { access } from 'node:fs/promises';
import path from 'node:path';
import { homeFolders } from '../lib/home-folders.ts';
import { findProjectFile } from './config-file.ts';
import { readPlain } from './read-plain.ts';
import { type LoadOptions, readSources } from './read-sources.ts';
import { SETTINGS, type SettingName, type SettingRow } from './setting-table.ts';

/** A setting as `config get` tells it. */
export type ListedSetting = Readonly<{
  name: string;
  variable: string;
  /** Undefined where nothing is set and there is no default, and of everything that is half a secret. */
  value: string | undefined;
  isSecret: boolean;
  /** `.env line 3: R2_BUCKET`, `flag --preset`, `default`; undefined where it is not set. */
  origin: string | undefined;
}>;

/** Ids of keys are no secret by themselves, but half of one: logs of them are searched for. */
const HALVES: readonly SettingName[] = ['r2.accessKeyId', 'b2.keyId', 's3.accessKeyId'];

/**
 * Every setting with its value and the place of it, in the order of the table. Reads the files and
 * judges no value: what is wrong is shown as it stands. Runs no command that a secret comes from. Throws
 * IngestError `usage` for files that cannot be read as what they are.
 */
export async function listSettings(options: LoadOptions): Promise<readonly ListedSetting[]> {
  const folders = homeFolders(options);
  const { values } = await readSources(options, folders);
  const plain = readPlain(new Map(), { folders, problems: [] });
  const defaults: Partial<Record<SettingName, string>> = {
    library: plain.libraryDir,
    preset: plain.preset,
    encoder: plain.encoder,
    hdr: plain.hdr,
    maxPixels: '8192x4352',
    maxDuration: '24h',
    maxTracks: String(plain.maxTracks),
    uploadConcurrency: String(plain.uploadConcurrency),
    maxOutage: '15m',
    workDir: plain.workDir,
    scratch: plain.scratchDir,
    stateDir: plain.stateDir,
  };
  return (SETTINGS as readonly SettingRow[]).map((row) => {
    const { name, variable } = row;
    const found = values.get(name);
    const isSecret = row.isSecret === true || HALVES.includes(name);
    const fallback = defaults[name];
    return {
      name,
      variable,
      isSecret,
      value: isSecret ? undefined : (found?.value ?? fallback),
      origin: found?.place ?? (fallback === undefined ? undefined : 'default'),
    };
  });
}

export type ConfigPlace = Readonly<{
  what: 'user file' | 'project file' | '.env';
  path: string;
  exists: boolean;
}>;

/** The files that settings are read from, the strongest first, and whether they are there. */
export async function listConfigFiles(
  options: Pick<LoadOptions, 'env' | 'cwd' | 'platform' | 'homeDir'>,
): Promise<readonly ConfigPlace[]> {
  const project = await findProjectFile(options.cwd);
  const user = userConfigFile(options);
  const places: readonly Omit<ConfigPlace, 'exists'>[] = [
    { what: '.env', path: path.join(options.cwd, '.env') },
    { what: 'project file', path: project ?? path.join(options.cwd, 'movie-ingest.config.json') },
    ...(user === undefined ? [] : [{ what: 'user file' as const, path: user }]),
  ];
  return Promise.all(places.map(async (it) => ({ ...it, exists: await isThere(it.path) })));
}

/** Undefined for a user without a home folder. */
export function userConfigFile(
  options: Pick<LoadOptions, 'env' | 'platform' | 'homeDir'>,
): string | undefined {
  const dir = homeFolders(options).config();
  return dir && path.join(dir, 'movie-ingest', 'config.json');
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
