import path from 'node:path';
import type { HomeFolders } from '../lib/home-folders.ts';
import type { Origin, SettingsWarning } from '../model/settings.ts';
import { findProjectFile, type ReadConfig, readConfigFile } from './config-file.ts';
import { readEnvFile } from './env-file.ts';
import { type Found, findAnyWay, type Layer, mergeLayers } from './layer.ts';
import { throwProblems } from './problem.ts';
import type { RunCommand } from './resolve-secrets.ts';
import {
  SETTINGS,
  type SettingName,
  type SettingRow,
  type SettingsFlags,
  variableOf,
} from './setting-table.ts';

export type LoadOptions = Readonly<{
  flags: SettingsFlags;
  /** From `readEnvironment()`. */
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  platform: NodeJS.Platform;
  /** Instead of `HOME`; for tests. */
  homeDir?: string | undefined;
  /** Runs a command of the user's own and answers with what it printed; the secret is in it. */
  runCommand: RunCommand;
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
  const readFile = async (file: string): Promise<Source> => {
    const shownAs = shortenHome(file, folders);
    return { shownAs, ...(await readConfigFile(file, shownAs)) };
  };
  const projectFile = await findProjectFile(cwd);
  const sources = [
    withoutCommands({ shownAs: '.env', ...(await readEnvFile(cwd)) }),
    ...(projectFile === undefined ? [] : [withoutCommands(await readFile(projectFile))]),
    ...(userFile === undefined ? [] : [await readFile(userFile)]),
  ];
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

/** What lies in a film folder may be a stranger's: to stand in it must not run what it says. */
function withoutCommands(source: Source): Source {
  const refused = [...source.layer].map(([name, found]): [SettingName, Found] => {
    if (found.via !== 'command') return [name, found];
    const problem = {
      what: `${found.place} is a command, and no command is run for a file in the current folder`,
      fix: `Set ${variableOf(name)}_COMMAND in the environment, or write it to your own config.json`,
    };
    return [name, { ...found, problem }];
  });
  return { ...source, layer: new Map(refused) };
}

function flagLayer(flags: SettingsFlags, cwd: string): Layer {
  const typed = new Map(Object.entries(flags));
  const layer = new Map<SettingName, Found>();
  for (const { name, flag } of SETTINGS as readonly SettingRow[]) {
    if (flag === undefined) continue;
    const bare = flag.replace(/^--(no-)?/, '');
    const key = bare.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = typed.get(key);
    // Commander has true for a `--no-…` that was not typed.
    const found = typedIn(typeof value === 'string' ? value : undefined, `flag ${flag}`, cwd);
    if (found !== undefined) layer.set(name, found);
  }
  return layer;
}

function environmentLayer(env: LoadOptions['env'], cwd: string): Layer {
  const layer = new Map<SettingName, Found>();
  for (const row of SETTINGS) {
    const found = findAnyWay(row, ({ variable }) =>
      typedIn(env[variable], `${variable} in the environment`, cwd),
    );
    if (found !== undefined) layer.set(row.name, found);
  }
  return layer;
}

function typedIn(value: string | undefined, origin: Origin, cwd: string): Found | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  return { value: value.trim(), origin, place: origin, baseDir: cwd };
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

/** An address is only a secret when there is a password in it. */
function isSecret(row: SettingRow, found: Found | undefined): boolean {
  if (row.isSecret !== true || found === undefined || found.via !== undefined) return false;
  const isAddress = row.name === 'mongodb.uri' || row.name === 'queue';
  return !isAddress || /:\/\/[^/@]*:[^/]*@/.test(found.value);
}

function shortenHome(file: string, { home }: HomeFolders): string {
  return home !== undefined && file.startsWith(home + path.sep)
    ? `~${file.slice(home.length)}`
    : file;
}
