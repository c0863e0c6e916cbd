import path from 'node:path';
import type { HomeFolders } from '../lib/home-folders.ts';
import type { Origin, SettingsWarning } from '../model/settings.ts';
import { findProjectFile, type ReadConfig, readConfigFile } from './config-file.ts';
import { readEnvFile } from './env-file.ts';
import { type Found, type Layer, mergeLayers } from './layer.ts';
import { throwProblems } from './problem.ts';
import {
  SETTINGS,
  type SettingName,
  type SettingRow,
  type SettingsFlags,
} from './setting-table.ts';

export type LoadOptions = Readonly<{
  flags: SettingsFlags;
  /** From `readEnvironment()`. */
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  platform: NodeJS.Platform;
  /** Instead of `HOME`; for tests. */
  homeDir?: string | undefined;
}>;

/** One file, read. */
type Source = ReadConfig & Readonly<{ shownAs: string }>;

/** All that is set anywhere, merged, with the place of each. Throws the mistakes of single files. */
export async function readSources(
  { flags, env, cwd, platform }: LoadOptions,
  folders: HomeFolders,
): Promise<Readonly<{ values: Layer; warnings: readonly SettingsWarning[] }>> {
  const configDir = folders.config();
  const userFile = configDir && path.join(configDir, 'movie-ingest', 'config.json');
  const sources: Source[] = [{ shownAs: '.env', ...(await readEnvFile(cwd)) }];
  for (const file of [await findProjectFile(cwd), userFile]) {
    if (file === undefined) continue;
    const shownAs = shortenHome(file, folders);
    sources.push({ shownAs, ...(await readConfigFile(file, shownAs)) });
  }
  throwProblems(sources.flatMap((source) => source.problems));
  return {
    values: mergeLayers([
      flagLayer(flags, cwd),
      environmentLayer(env, cwd),
      ...sources.map((source) => source.layer),
    ]),
    warnings: platform === 'win32' ? [] : sources.flatMap(openSecrets),
  };
}

function flagLayer(flags: SettingsFlags, cwd: string): Layer {
  const typed = new Map(Object.entries(flags));
  return layerOf(cwd, (row) => {
    if (row.flag === undefined) return undefined;
    const key = row.flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return { value: typed.get(key), origin: `flag ${row.flag}` };
  });
}

function environmentLayer(env: LoadOptions['env'], cwd: string): Layer {
  return layerOf(cwd, ({ variable }) => ({
    value: env[variable],
    origin: `${variable} in the environment`,
  }));
}

function layerOf(
  cwd: string,
  look: (row: SettingRow) => Readonly<{ value: string | undefined; origin: Origin }> | undefined,
): Layer {
  const layer = new Map<SettingName, Found>();
  for (const row of SETTINGS) {
    const { value, origin = '' } = look(row) ?? {};
    if (value === undefined || value.trim() === '') continue;
    layer.set(row.name, { value: value.trim(), origin, place: origin, baseDir: cwd });
  }
  return layer;
}

/** A file with a secret in it that other users can read. */
function openSecrets(source: Source): SettingsWarning[] {
  const isOpen = ((source.file?.mode ?? 0) & 0o044) !== 0;
  const secret = SETTINGS.find((row) => isSecret(row, source.layer.get(row.name)));
  if (!isOpen || secret === undefined) return [];
  return [
    {
      message: `${source.shownAs} holds ${secret.variable} and other users of this machine can read it`,
      fix: `chmod 600 ${source.shownAs}`,
    },
  ];
}

/** A MongoDB URI is only a secret when there is a password in it. */
function isSecret(row: SettingRow, found: Found | undefined): boolean {
  if (row.isSecret !== true || found === undefined) return false;
  return row.name !== 'mongodb.uri' || /:\/\/[^/@]*:[^/]*@/.test(found.value);
}

function shortenHome(file: string, { home }: HomeFolders): string {
  return home !== undefined && file.startsWith(home + path.sep)
    ? `~${file.slice(home.length)}`
    : file;
}
