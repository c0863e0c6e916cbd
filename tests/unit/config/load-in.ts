import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runSecretCommand } from '../../../src/commands/run-secret-command.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import type { RunCommand } from '../../../src/config/resolve-secrets.ts';
import type { SettingsFlags } from '../../../src/config/setting-table.ts';
import { IngestError } from '../../../src/errors.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

export type Situation = Readonly<{
  flags?: SettingsFlags;
  env?: Readonly<Record<string, string>>;
  /** Text of `.env` in the current folder. */
  dotenv?: string;
  /** Project file, in the current folder. Text, or what JSON is made of. */
  project?: unknown;
  /** The same in a folder above. */
  above?: unknown;
  /** User file. */
  user?: unknown;
  mode?: number;
  platform?: NodeJS.Platform;
  runCommand?: RunCommand;
}>;

/** loadSettings in a home and a current folder (`~/films/new`) of its own. */
export async function loadIn(
  situation: Situation,
): Promise<Settings & { home: string; cwd: string }> {
  const home = makeTempDir('home');
  const cwd = join(home, 'films', 'new');
  const write = (file: string, content: unknown) => {
    if (content === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    chmodSync(file, situation.mode ?? 0o600);
  };
  mkdirSync(cwd, { recursive: true });
  write(join(cwd, '.env'), situation.dotenv);
  write(join(cwd, 'movie-ingest.config.json'), situation.project);
  write(join(home, 'films', 'movie-ingest.config.json'), situation.above);
  write(join(home, '.config', 'movie-ingest', 'config.json'), situation.user);
  const settings = await loadSettings({
    flags: situation.flags ?? {},
    env: { HOME: home, ...situation.env },
    cwd,
    platform: situation.platform ?? 'linux',
    runCommand: situation.runCommand ?? runSecretCommand,
  });
  return { ...settings, home, cwd };
}

/** What the user reads when loading fails, with its exit code. */
export async function mistakeIn(situation: Situation): Promise<IngestError & { text: string }> {
  try {
    await loadIn(situation);
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    const text = [error.message, error.why, error.fix].join('\n');
    return Object.assign(error, { text });
  }
  throw new Error('loading did not fail');
}

const HEX = '0123456789abcdef';

export const R2 = {
  R2_ACCOUNT_ID: HEX.repeat(2),
  R2_ACCESS_KEY_ID: 'feed'.repeat(8),
  R2_SECRET_ACCESS_KEY: 'c0ffee00'.repeat(8),
  R2_BUCKET: 'movies',
  R2_PUBLIC_URL: 'https://media.example.com',
};

export const B2 = {
  B2_ENDPOINT: 's3.us-west-004.backblazeb2.com',
  B2_KEY_ID: '0045f0571db506a0000000001',
  B2_APPLICATION_KEY: 'K004abcdefghijklmnopqrstuvwxyzA',
  B2_BUCKET: 'movies',
  B2_PUBLIC_URL: 'https://media.example.com',
};

export const S3 = {
  S3_ENDPOINT: 'http://127.0.0.1:9000',
  S3_REGION: 'us-east-1',
  S3_BUCKET: 'movies',
  S3_ACCESS_KEY_ID: 'minioadmin',
  S3_SECRET_ACCESS_KEY: 'hunter2hunter2',
  S3_PUBLIC_URL: 'http://127.0.0.1:9000/movies',
};

/** `values` without the keys named. */
export function without(values: Readonly<Record<string, string>>, ...names: string[]) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}
