import path from 'node:path';
import type { HomeFolders } from '../lib/home-folders.ts';
import type { Origin, Settings } from '../model/settings.ts';
import type { Layer } from './layer.ts';
import { isPresetPath } from './load-preset.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import { resolvePath } from './resolve-path.ts';
import type { SettingName } from './setting-table.ts';

type Plain = Omit<Settings, 'store' | 'catalog' | 'origins' | 'warnings'>;

/** Everything that concerns neither store nor catalogue. */
export function readPlain(
  values: Layer,
  { folders, problems }: Readonly<{ folders: HomeFolders; problems: Problem[] }>,
): Plain {
  const pathOf = (name: SettingName) => {
    const found = values.get(name);
    return found && resolvePath(found, folders);
  };
  const programOf = (name: SettingName) => {
    const bare = values.get(name)?.value;
    return bare?.includes('/') ? pathOf(name) : bare;
  };
  const preset = values.get('preset')?.value ?? 'default';
  return {
    ffmpegPath: programOf('ffmpeg'),
    ffprobePath: programOf('ffprobe'),
    workDir: pathOf('workDir') ?? path.join(folders.cache(), 'movie-ingest', 'work'),
    stateDir: pathOf('stateDir') ?? path.join(folders.state(), 'movie-ingest'),
    libraryDir: pathOf('library') ?? path.join(folders.movies(), 'movie-ingest'),
    preset: isPresetPath(preset) ? (pathOf('preset') ?? preset) : preset,
    encoder: readEncoder(values, problems),
    uploadConcurrency: readConcurrency(values, problems),
  };
}

function readEncoder(values: Layer, problems: Problem[]): Settings['encoder'] {
  const found = values.get('encoder');
  const choices = ['auto', 'videotoolbox', 'libx264', 'libx265'] as const;
  const choice = choices.find((known) => known === (found?.value ?? 'auto'));
  if (found !== undefined && choice === undefined) {
    problems.push({
      what: `${nameSource('encoder', found)} names no encoder that movie-ingest knows`,
      fix: `Known are ${choices.join(', ')}`,
    });
  }
  return choice ?? 'auto';
}

function readConcurrency(values: Layer, problems: Problem[]): number {
  const found = values.get('uploadConcurrency');
  const count = Number(found?.value ?? 16);
  if (found !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 64)) {
    problems.push({
      what: `${nameSource('uploadConcurrency', found)} is not a number of uploads`,
      fix: 'Write a whole number from 1 to 64',
    });
  }
  return count;
}

export function plainOrigins(values: Layer): Record<string, Origin> {
  const names = {
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    workDir: 'workDir',
    stateDir: 'stateDir',
    libraryDir: 'library',
    preset: 'preset',
    encoder: 'encoder',
    uploadConcurrency: 'uploadConcurrency',
  } as const satisfies Record<keyof Plain, SettingName>;
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, values.get(name)?.origin ?? 'default']),
  );
}
