import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, TINY, type User } from '../helpers/new-user.ts';
import { CLI } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const URL_LINE = 'http://127.0.0.1:4680/videos/film/master.m3u8\n';
const DATED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-z]+ +\S/;
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 1 });
});

/** Where the test's own ffmpeg is: on a developer's Mac that is not /usr/bin. */
const toolPath = async () =>
  dirname(process.env['MOVIE_INGEST_FFMPEG'] || (await execa('which', ['ffmpeg'])).stdout);

/**
 * A line of shell as a cron daemon would run it: `RUN` stands for the command, nothing is in the
 * environment but PATH and `env`.
 */
async function cron(line: string, env: Readonly<Record<string, string>>) {
  const path = ['/usr/bin', '/bin', await toolPath()].join(':');
  const words = CLI.map((word) => `'${word}'`).join(' ');
  const result = await execa('sh', ['-c', line.replaceAll('RUN', words)], {
    env: { PATH: path, ...env },
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** All but HOME. */
function envOf(user: User): Readonly<Record<string, string>> {
  const { HOME: _home, ...env } = user.env;
  return env;
}

describe('from cron: no terminal, no HOME, a short PATH, / as the current folder', () => {
  test('it works; the log has plain dated lines, stdout the URL alone', async () => {
    const user = newUser();
    const { exitCode, stdout, stderr } = await cron(`RUN add '${film}'`, envOf(user));
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: URL_LINE });
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(DATED);
    expect(stderr).not.toContain('\u001b');
    expect(user.published()).toEqual(['film']);
  });

  test('with a umask of 077 all of it is the user’s own, and the second time works too', async () => {
    const user = newUser();
    const line = `umask 077; RUN add -q '${film}' && RUN add -q '${film}'`;
    const { exitCode, stdout, stderr } = await cron(line, envOf(user));
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: URL_LINE.repeat(2) });
    const master = statSync(join(user.library, 'media/videos/film/master.m3u8'));
    expect(master.mode & 0o077).toBe(0);
  });

  test.each([
    ['stdin closed', '<&-', URL_LINE],
    ['stdout closed', '>&-', ''],
    ['stderr closed', '2>&-', URL_LINE],
    ['all three closed', '<&- >&- 2>&-', ''],
    ['a log on a full disk', '2>/dev/full', URL_LINE],
  ])('%s', async (_what, redirection, stdout) => {
    if (redirection.includes('/dev/full') && process.platform !== 'linux') return;
    const user = newUser();
    const result = await cron(`RUN add '${film}' ${redirection}`, envOf(user));
    expect({ exitCode: result.exitCode, stdout: result.stdout }, result.stderr).toEqual({
      exitCode: 0,
      stdout,
    });
    expect(user.documents()).toEqual(['film']);
  });

  test('a reader that goes away after the first line ends nothing', async () => {
    const user = newUser();
    const line = `{ RUN add '${film}' --json; echo "rc=$?" >&2; } | head -n 1`;
    const { stdout, stderr } = await cron(line, envOf(user));
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('rc=0\n');
    expect(user.documents()).toEqual(['film']);
  });

  test.skipIf(process.platform !== 'linux')(
    'promise 3: a result that finds no room is no 0, though the film is in',
    async () => {
      const user = newUser();
      const full = await cron(`RUN add '${film}' >/dev/full`, envOf(user));
      expect(full.exitCode, full.stderr).toBe(9);
      expect(full.stderr).toContain('the result could not be written to stdout (ENOSPC)');
      expect(user.documents()).toEqual(['film']);
      const list = await cron('RUN list --json >/dev/full', envOf(user));
      expect(list.exitCode, list.stderr).toBe(9);
      const again = await cron(`RUN add '${film}'`, envOf(user));
      expect(again).toMatchObject({ exitCode: 0, stdout: URL_LINE });
    },
  );

  test('a home that is none: told with the way out, not as a fault of ours', async () => {
    const env = { MOVIE_INGEST_PRESET: TINY, HOME: '/dev/null' };
    const { exitCode, stderr } = await cron(`RUN add '${film}'`, env);
    expect([2, 7], stderr).toContain(exitCode);
    expect(stderr).toMatch(/error +Fix {4}\S/);
  });
});
