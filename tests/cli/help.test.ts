import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, runMain } from '../helpers/run-cli.ts';
import { traceCli } from '../helpers/trace-cli.ts';

const COMMANDS = ['add', 'plan', 'list', 'show', 'link', 'deliver', 'preview', 'doctor'];

describe('help', () => {
  test('--help names every command, on stdout, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await runMain(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each(COMMANDS)('%s --help tells its flags, each with a word on it', async (name) => {
    const { exitCode, stdout } = await runMain([name, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: movie-ingest ${name} `));
    const flags = [...stdout.matchAll(/^ {2}(-\S.*?)(?: {2,}(\S.*))?$/gm)];
    expect(flags.length).toBeGreaterThan(5);
    for (const [line, , words] of flags) expect(words ?? wordsBelow(stdout, line)).toMatch(/\w/);
  });

  test.each([[], ...COMMANDS.map((name) => [name])])(
    'the program prints the help that the command tree has: %s',
    async (...words) => {
      const { stdout } = await runMain([...words, '--help']);
      expect(await runCli([...words, '-h'])).toMatchObject({ exitCode: 0, stdout, stderr: '' });
    },
  );

  test('the shell loop and the pipe of the examples are in the help of add', async () => {
    const { stdout } = await runMain(['add', '--help']);
    expect(stdout).toContain('for f in *.mp4; do movie-ingest add "$f"; done');
    expect(stdout).toContain('movie-ingest add --from-file - -0');
  });

  test('--version is that of the package', async () => {
    const file = join(import.meta.dirname, '../../package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8'));
    expect(await runMain(['--version'])).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  test('no command at all is a mistake: the help on stderr, and 2', async () => {
    const { exitCode, stdout, stderr } = await runMain([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: movie-ingest /);
  });

  test('a command that is mistyped is 2, with the one that is meant', async () => {
    const { exitCode, stderr } = await runMain(['lst']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/unknown command 'lst'\n.*list/);
  });

  test('it loads no module at all: it starts in the time of bare node', async () => {
    const { exitCode, opened, isTraced } = await traceCli(['--help']);
    expect(exitCode).toBe(0);
    if (!isTraced) return;
    expect(opened.some((path) => path.endsWith('dist/help/movie-ingest.txt'))).toBe(true);
    expect(opened.filter((path) => /node_modules|dist\/main/.test(path))).toEqual([]);
  });

  test('the command tree alone loads no SDK, no database driver and no schema', async () => {
    const { exitCode, opened, isTraced } = await traceCli(['--version']);
    expect(exitCode).toBe(0);
    if (!isTraced) return;
    expect(opened.some((path) => path.includes('/commander/'))).toBe(true);
    const heavy = /node_modules\/(@aws-sdk|@smithy|mongodb|bson|zod|ora|cli-progress|execa)\//;
    expect(opened.filter((path) => heavy.test(path))).toEqual([]);
  });
});

/** A flag too long for its column has its words on the line below. */
function wordsBelow(help: string, line: string): string {
  return help.slice(help.indexOf(line) + line.length + 1).split('\n')[0] ?? '';
}
