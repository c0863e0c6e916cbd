import path from 'node:path';
import type { HomeFolders } from '../lib/home-folders.ts';
import { CopyChoice } from '../model/preset.ts';
import {
  MAX_DURATION_MS,
  MAX_OUTAGE_MS,
  MAX_PIXELS,
  MAX_TRACKS,
  type Origin,
  type Settings,
} from '../model/settings.ts';
import type { Layer } from './layer.ts';
import { isPresetPath } from './load-preset.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import { resolvePath } from './resolve-path.ts';
import type { SettingName } from './setting-table.ts';

type Plain = Omit<Settings, 'store' | 'catalog' | 'linkKey' | 'queueUrl' | 'origins' | 'warnings'>;

/** Everything that concerns neither store nor catalogue, and is no secret. */
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
  const workDir = pathOf('workDir') ?? path.join(folders.cache(), 'movie-ingest', 'work');
  return {
    ffmpegPath: programOf('ffmpeg'),
    ffprobePath: programOf('ffprobe'),
    workDir,
    // Beside the films' own folders, and a name that no slug has.
    scratchDir: pathOf('scratch') ?? path.join(workDir, '.scratch'),
    stateDir: pathOf('stateDir') ?? path.join(folders.state(), 'movie-ingest'),
    libraryDir: pathOf('library') ?? path.join(folders.movies(), 'movie-ingest'),
    preset: isPresetPath(preset) ? (pathOf('preset') ?? preset) : preset,
    encoder: readEncoder(values, problems),
    copy: readCopy(values, problems),
    hdr: readHdr(values, problems),
    maxPixels: readMaxPixels(values, problems),
    maxDurationMs: readMaxDuration(values, problems),
    maxTracks: readMaxTracks(values, problems),
    uploadConcurrency: readConcurrency(values, problems),
    maxOutageMs: readMaxOutage(values, problems),
    playerOrigins: readOrigins(values, problems),
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

function readCopy(values: Layer, problems: Problem[]): Settings['copy'] {
  const found = values.get('copy');
  const choices = CopyChoice.options;
  const choice = choices.find((known) => known === found?.value);
  if (found !== undefined && choice === undefined) {
    problems.push({
      what: `${nameSource('copy', found)} says nothing about copying that movie-ingest knows`,
      fix: `Known are ${choices.join(', ')}`,
    });
  }
  return choice;
}

function readHdr(values: Layer, problems: Problem[]): Settings['hdr'] {
  const found = values.get('hdr');
  const choice = (['tonemap', 'refuse'] as const).find((known) => known === found?.value);
  if (found !== undefined && choice === undefined) {
    problems.push({
      what: `${nameSource('hdr', found)} is nothing that can be done with HDR`,
      fix: 'Known are tonemap, refuse',
    });
  }
  return choice ?? 'tonemap';
}

/** `15360x8640`, or a number of pixels. */
function readMaxPixels(values: Layer, problems: Problem[]): number {
  const found = values.get('maxPixels');
  if (found === undefined) return MAX_PIXELS;
  const sides = /^(\d+)(?:[x×](\d+))?$/i.exec(found.value);
  const pixels = sides === null ? Number.NaN : Number(sides[1]) * Number(sides[2] ?? 1);
  if (pixels >= 256 && pixels <= MOST_PIXELS) return pixels;
  problems.push({
    what: `${nameSource('maxPixels', found)} is not a size of a picture`,
    fix: 'Write the largest width and height to allow, such as 15360x8640 (at most 16384x16384)',
  });
  return MAX_PIXELS;
}

/** What swscale can scale. */
const MOST_PIXELS = 16_384 * 16_384;

function readMaxDuration(values: Layer, problems: Problem[]): number {
  const found = values.get('maxDuration');
  if (found === undefined) return MAX_DURATION_MS;
  const parts = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/.exec(found.value);
  const ms = (Number(parts?.[1] ?? 0) * 60 + Number(parts?.[2] ?? 0)) * 60_000;
  if (ms > 0) return ms;
  problems.push({
    what: `${nameSource('maxDuration', found)} is not a length of a film`,
    fix: 'Write hours, minutes or both, such as 48h or 1h30m',
  });
  return MAX_DURATION_MS;
}

function readMaxTracks(values: Layer, problems: Problem[]): number {
  const found = values.get('maxTracks');
  const count = Number(found?.value ?? MAX_TRACKS);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count;
  if (found !== undefined) {
    problems.push({
      what: `${nameSource('maxTracks', found)} is not a number of tracks`,
      fix: 'Write a whole number from 1 to 1000',
    });
  }
  return MAX_TRACKS;
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

/** As `parseDuration` reads it; here a mistake is told among all the others. */
function readMaxOutage(values: Layer, problems: Problem[]): number {
  const found = values.get('maxOutage');
  if (found === undefined) return MAX_OUTAGE_MS;
  const parts = /^(?=.)(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(found.value);
  const [h, m, s] = [1, 2, 3].map((part) => Number(parts?.[part] ?? 0));
  const ms = ((h ?? 0) * 3_600 + (m ?? 0) * 60 + (s ?? 0)) * 1_000;
  if (ms > 0) return ms;
  problems.push({
    what: `${nameSource('maxOutage', found)} is not a time to wait for a store`,
    fix: 'Write at least 1s: 90s, 15m, 8h or 1h30m',
  });
  return MAX_OUTAGE_MS;
}

/** As browsers send them, and as the Worker and the CORS policy of a bucket compare them: letter by letter. */
function readOrigins(values: Layer, problems: Problem[]): readonly string[] {
  const found = values.get('playerOrigins');
  const texts = (found?.value ?? '').split(',').map((text) => text.trim().replace(/\/$/, ''));
  const given = texts.filter((text) => text !== '' && text !== '*');
  const isOrigin = (text: string) =>
    /^https?:/i.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase();
  if (found !== undefined && !given.every(isOrigin)) {
    problems.push({
      what: `${nameSource('playerOrigins', found)} does not list pages by their origins`,
      fix: 'Write scheme, host and, if need be, port, with commas between: https://www.example.com,http://localhost:3000',
    });
  }
  return texts.includes('*') ? [] : [...new Set(given.map((text) => text.toLowerCase()))];
}

export function plainOrigins(values: Layer): Record<string, Origin> {
  const names = {
    ffmpegPath: 'ffmpeg',
    ffprobePath: 'ffprobe',
    workDir: 'workDir',
    scratchDir: 'scratch',
    stateDir: 'stateDir',
    libraryDir: 'library',
    preset: 'preset',
    encoder: 'encoder',
    copy: 'copy',
    hdr: 'hdr',
    maxPixels: 'maxPixels',
    maxDurationMs: 'maxDuration',
    maxTracks: 'maxTracks',
    uploadConcurrency: 'uploadConcurrency',
    maxOutageMs: 'maxOutage',
    playerOrigins: 'playerOrigins',
  } as const satisfies Record<keyof Plain, SettingName>;
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, values.get(name)?.origin ?? 'default']),
  );
}
