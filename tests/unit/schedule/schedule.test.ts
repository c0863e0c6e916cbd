import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/schedule/job.ts';
import { writeCron } from '../../../src/schedule/write-cron.ts';
import { writeLaunchd } from '../../../src/schedule/write-launchd.ts';
import { systemdUnits } from '../../../src/schedule/write-systemd.ts';
import { readPlist } from '../../helpers/read-plist.ts';
import { skipLoudly } from '../../helpers/skip-loudly.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const ANALYZE = 'systemd-analyze';
const hasSystemd = !(await execa(ANALYZE, ['--version'], { reject: false })).failed;

const JOB: Job = {
  program: ['/opt/homebrew/bin/node', '/opt/homebrew/bin/movie-ingest'],
  words: ['sync', '--quiet'],
  hour: 3,
  minute: 30,
  folder: '/Users/me/Films & more',
  path: '/opt/homebrew/bin:/usr/bin:/bin',
  logFile: '/Users/me/Library/Logs/movie-ingest-sync.log',
  home: '/Users/me',
};
const WATCH: Job = { ...JOB, words: ['watch', '/Users/me/50% <new> "$HOME"'] };

const WORKER: Job = { ...JOB, words: ['worker', '--path-map', '/Volumes/films=/mnt/films'] };

const plist = (job: Job) => readPlist(writeLaunchd(job));

describe('launchd', () => {
  test('runs the command at its hour, awake, in the folder, with a PATH that has ffmpeg', async () => {
    expect(await plist(JOB)).toMatchObject({
      Label: 'dev.movie-ingest.sync',
      ProgramArguments: ['/usr/bin/caffeinate', '-i', ...JOB.program, 'sync', '--quiet'],
      StartCalendarInterval: { Hour: 3, Minute: 30 },
      WorkingDirectory: JOB.folder,
      EnvironmentVariables: { PATH: JOB.path },
      ProcessType: 'Background',
    });
  });

  test('keeps watch running, at full speed, and takes names as they are', async () => {
    const agent = await plist(WATCH);
    expect(agent).toMatchObject({ RunAtLoad: true, ProcessType: 'Standard' });
    expect(agent['StartCalendarInterval']).toBeUndefined();
    expect(agent['ProgramArguments']).toEqual([...JOB.program, ...WATCH.words]);
  });
});

describe('cron', () => {
  test('is one line that a shell takes for the same words, with % made safe', () => {
    const [, line = ''] = writeCron({ ...JOB, words: ['add', "50% off's.mp4"] }).split('\n');
    expect(line).toMatch(/^30 3 \* \* \* cd '\/Users\/me\/Films & more' && PATH=/);
    expect(line.replaceAll('\\%', '')).not.toContain('%');
    const command = line.replace(/^30 3 \* \* \* cd .* && PATH=\S+ /, '').replaceAll('\\%', '%');
    const words = execFileSync('sh', [
      '-c',
      `for it in ${command}; do echo "$it"; done`,
    ]).toString();
    expect(words.trim().split('\n')).toEqual([...JOB.program, 'add', "50% off's.mp4"]);
  });

  test('starts watch with the machine', () => {
    expect(writeCron(WATCH)).toMatch(/^@reboot cd /m);
  });
});

describe('systemd', () => {
  test('a service and a timer that makes up for missed hours', () => {
    const [service, timer] = systemdUnits(JOB);
    expect(service?.name).toBe('movie-ingest-sync.service');
    expect(service?.text).toContain(
      'ExecStart=/opt/homebrew/bin/node /opt/homebrew/bin/movie-ingest sync --quiet\n',
    );
    expect(timer?.text).toContain('OnCalendar=*-*-* 03:30:00\nPersistent=true');
  });

  test('watch is a service that comes back when it fails, and names keep their signs', () => {
    const units = systemdUnits(WATCH);
    expect(units).toHaveLength(1);
    expect(units[0]?.text).toContain('Restart=on-failure');
    expect(units[0]?.text).toContain('watch "/Users/me/50%% <new> \\"$$HOME\\""\n');
  });

  if (!hasSystemd) skipLoudly('units of systemd: no systemd-analyze');
  test.skipIf(!hasSystemd)('systemd itself finds nothing wrong with them', async () => {
    const dir = makeTempDir('units');
    const program = [process.execPath, 'movie-ingest'] as const;
    const here = { program, folder: '/tmp' };
    for (const job of [JOB, WATCH]) {
      for (const { name, text } of systemdUnits({ ...job, ...here })) {
        writeFileSync(join(dir, name), text);
      }
    }
    const units = readdirSync(dir).map((name) => join(dir, name));
    expect(units).toHaveLength(3);
    const env = { XDG_RUNTIME_DIR: dir };
    const { exitCode, all } = await execa(ANALYZE, ['--user', 'verify', ...units], {
      env,
      all: true,
      reject: false,
    });
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
  });
});

describe('a worker of a queue', () => {
  test('is kept running by launchd unless it ended well, at full speed, from log-in on', async () => {
    expect(await plist(WORKER)).toMatchObject({
      Label: 'dev.movie-ingest.worker',
      ProgramArguments: [...JOB.program, ...WORKER.words],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ProcessType: 'Standard',
    });
  });

  test('is a service of systemd that comes back when it fails, and that SIGTERM ends well', () => {
    const [service, ...more] = systemdUnits(WORKER);
    expect(more).toEqual([]); // no timer
    for (const line of ['SuccessExitStatus=143', 'Restart=on-failure', 'WantedBy=default.target']) {
      expect(service?.text).toContain(line);
    }
    expect(service?.text).toMatch(/^ExecStart=.* worker --path-map /m);
  });
});
