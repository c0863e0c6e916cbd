import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { type ExitName, IngestError } from '../errors.ts';
import { homeFolders } from '../lib/home-folders.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { type Job, jobName, runsOn } from '../schedule/job.ts';
import { writeCron } from '../schedule/write-cron.ts';
import { launchdLabel, writeLaunchd } from '../schedule/write-launchd.ts';
import { systemdUnits } from '../schedule/write-systemd.ts';
import type { CommonFlags, Session } from './session.ts';

export type ScheduleFlags = CommonFlags & Readonly<{ at?: string; install?: boolean }>;

export type Scheduler = 'launchd' | 'cron' | 'systemd';

const BIN = resolve(import.meta.dirname, '../../bin/movie-ingest.cjs');

/** Where Homebrew and people put ffmpeg; a scheduler has `/usr/bin:/bin` alone. */
const PLACES = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin'];

/**
 * `movie-ingest schedule launchd|cron|systemd [command…]`: prints what makes the machine run that command
 * every day, `sync --quiet` by itself, and how to set it up; `watch` is kept running. Installs nothing,
 * but with `--install` a launchd agent of this user, on a Mac; one of that name is replaced.
 */
export async function runSchedule(
  scheduler: Scheduler,
  words: readonly string[],
  { flags, session }: Readonly<{ flags: ScheduleFlags; session: Session }>,
): Promise<ExitName> {
  const { variables: env } = await session.openBare(flags);
  const job = jobOf(words, { at: flags.at, env, cwd: session.cwd });
  if (flags.install === true) return install(scheduler, job, session);
  const { text, steps } = { launchd, cron, systemd }[scheduler](job);
  session.print(text);
  if (flags.quiet !== true) session.stderr.write(`${steps.join('\n')}\n`);
  return 'ok';
}

type Setting = Readonly<{
  at: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}>;

function jobOf(words: readonly string[], { at = '03:30', env, cwd }: Setting): Job {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(at);
  if (time === null) {
    throw new IngestError('usage', {
      what: '--at is not a time of the day',
      fix: 'Write --at 03:30',
    });
  }
  const { home } = homeFolders({ env, platform: process.platform });
  if (home === undefined) throw new IngestError('usage', { what: 'Your home folder is not known' });
  const isMac = process.platform === 'darwin';
  const asked = words.length === 0 ? ['sync', '--quiet'] : words;
  const log = `${jobName({ words: asked })}.log`;
  return {
    program: [process.execPath, BIN],
    words: asked,
    hour: Number(time[1]),
    minute: Number(time[2]),
    folder: cwd,
    path: [...new Set([dirname(process.execPath), ...PLACES])].join(delimiter),
    logFile: isMac ? join(home, 'Library/Logs', log) : join(home, '.local/state/movie-ingest', log),
    home,
  };
}

type Printed = Readonly<{ text: string; steps: readonly string[] }>;

const RIGHTS =
  'Settings that stand only in this shell are not seen there: put them in a config file (movie-ingest config path).';

function launchd(job: Job): Printed {
  const file = plistFile(job);
  return {
    text: writeLaunchd(job),
    steps: [
      `Save it as ${file}, then:`,
      `  launchctl bootstrap gui/$(id -u) ${shellQuote([file])}`,
      'Or let it be done: the same command with --install. To end it:',
      `  launchctl bootout gui/$(id -u)/${launchdLabel(job)}`,
      `Films in Desktop, Documents, Downloads or on external volumes need Full Disk Access for ${job.program[0]}.`,
      RIGHTS,
    ],
  };
}

function cron(job: Job): Printed {
  return { text: writeCron(job), steps: ['Add it with: crontab -e', RIGHTS] };
}

function systemd(job: Job): Printed {
  const units = systemdUnits(job);
  const last = units.at(-1)?.name ?? '';
  return {
    text: units.map(({ name, text }) => `# ~/.config/systemd/user/${name}\n${text}`).join('\n'),
    steps: [
      'Save each under the name in its first line, then:',
      `  systemctl --user daemon-reload && systemctl --user enable --now ${last}`,
      '  loginctl enable-linger    # it runs when you are not logged in, too',
      RIGHTS,
    ],
  };
}

function plistFile(job: Job): string {
  return join(job.home, 'Library/LaunchAgents', `${launchdLabel(job)}.plist`);
}

async function install(scheduler: Scheduler, job: Job, session: Session): Promise<ExitName> {
  if (scheduler !== 'launchd' || process.platform !== 'darwin') {
    throw new IngestError('usage', {
      what: '--install is for launchd, on a Mac',
      fix: 'Without it the text is printed, and how to set it up',
    });
  }
  const file = plistFile(job);
  await mkdir(dirname(file), { recursive: true });
  await mkdir(dirname(job.logFile), { recursive: true });
  await writeFile(file, writeLaunchd(job));
  const { run } = await import('../ffmpeg/run.ts');
  const domain = `gui/${userInfo().uid}`;
  // One that is loaded already has the old text; not to be loaded is what the first time looks like.
  await run('/bin/launchctl', ['bootout', `${domain}/${launchdLabel(job)}`]);
  const loaded = await run('/bin/launchctl', ['bootstrap', domain, file]);
  if (loaded.exitCode !== 0) {
    throw new IngestError('usage', {
      what: `launchctl did not take ${file}`,
      why: loaded.stderrTail.join(' '),
      fix: `launchctl bootstrap ${domain} ${shellQuote([file])}`,
    });
  }
  const when = runsOn(job) ? 'now, and kept running' : 'every day';
  session.print(`${file}\n`);
  session.stderr.write(`${launchdLabel(job)} is set up: ${when}. Its log: ${job.logFile}\n`);
  return 'ok';
}
