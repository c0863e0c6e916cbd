import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import { CLI, cleanEnv, runMain } from '../helpers/run-cli.ts';
import { isTmuxMissing, ShellTerminal } from '../helpers/shell-terminal.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAN = join(ROOT, 'dist/man');
const topics = readdirSync(join(ROOT, 'dist/help/topics'))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length));

const pageOf = (topic: string) => {
  const paths = ['docs', 'docs/providers'].map((folder) => join(ROOT, folder, `${topic}.md`));
  return paths.find(existsSync) ?? '';
};

describe('movie-ingest help', () => {
  test('lists every topic and every command', async () => {
    const { exitCode, stdout } = await runMain(['help']);
    expect(exitCode).toBe(0);
    for (const name of ['configuration', 'exit-codes', 'signed-links', 'locks', 'resume', 'add']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    for (const name of topics) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test.each(topics)('%s is its page of docs/, as text for a terminal', async (topic) => {
    const { exitCode, stdout } = await runMain(['help', topic]);
    expect(exitCode).toBe(0);
    const page = readFileSync(pageOf(topic), 'utf8');
    const withoutCode = page.replace(/^```.*?^```$/gms, '');
    for (const [, heading = ''] of withoutCode.matchAll(/^## (.*)$/gm)) {
      expect(stdout.replaceAll('`', '')).toContain(heading.replaceAll('`', ''));
    }
    expect(stdout.replace(/^ {4}.*$/gm, '')).not.toMatch(/\]\(|\*\*|^\||^#/m);
    const isLong = (line: string) => stringWidth(line) > 80 && /\S\s+\S/.test(line.trim());
    const isProse = (line: string) => !line.startsWith('    ');
    expect(stdout.split('\n').filter((line) => isProse(line) && isLong(line))).toEqual([]);
  });

  test('of a command is its --help; of a name that is both, also the page', async () => {
    expect((await runMain(['help', 'add'])).stdout).toBe((await runMain(['add', '--help'])).stdout);
    const { stdout } = await runMain(['help', 'preview']);
    expect(stdout).toMatch(/^Usage: movie-ingest preview [\s\S]*^PREVIEW$/m);
  });

  test.each([
    ['exit-code', 'Did you mean exit-codes?'],
    ['prevew', 'Did you mean preview?'],
    ['\u001b[2Jnothing', 'See all: movie-ingest help'],
  ])('%j is 2, with what is meant', async (name, words) => {
    const { exitCode, stdout, stderr } = await runMain(['help', name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('\u001b[2J');
  });
});

describe.skipIf(await isTmuxMissing())('on a terminal', () => {
  let terminal: ShellTerminal | undefined;
  afterEach(async () => terminal?.close());

  test('a long page goes through the pager, a short one does not', async () => {
    const words = [...CLI, 'help'].map((word) => `'${word}'`).join(' ');
    const env = cleanEnv({ PAGER: `sed 's/^/paged: /'` });
    terminal = await ShellTerminal.open(`${words} exit-codes`, { env, rows: 300 });
    expect(await terminal.waitFor('rc=0')).not.toContain('paged:');
    await terminal.close();
    terminal = await ShellTerminal.open(`${words} exit-codes`, { env, rows: 20 });
    expect(await terminal.waitFor('rc=0')).toContain('paged:       *) exit 1 ;;');
    await terminal.close();
    const none = cleanEnv({ PAGER: 'no-such-pager' });
    terminal = await ShellTerminal.open(`${words} exit-codes`, { env: none, rows: 20 });
    expect(await terminal.waitFor('rc=0')).toContain('*) exit 1 ;;');
  });
});

const isMissing = async (program: string) =>
  (await execa('sh', ['-c', `command -v ${program}`], { reject: false })).failed;
const lintWithMan = !(await isMissing('groff')) && !(await isMissing('man'));
const lintWithMandoc = !(await isMissing('mandoc'));
if (!lintWithMan && !lintWithMandoc) skipLoudly('the man pages: neither man nor mandoc');

describe('man pages', () => {
  const pages = readdirSync(MAN);

  test('package.json names only pages that there are', () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const path of man) expect(pages).toContain(path.replace('./dist/man/', ''));
    expect(man).toContain('./dist/man/movie-ingest.1');
  });

  test.skipIf(!lintWithMan)(
    'man has nothing to complain about, and shows all of them',
    async () => {
      for (const page of pages) {
        const args = ['--warnings', '-E', 'UTF-8', '-l', join(MAN, page)];
        const env = { MANWIDTH: '80', MANPAGER: 'cat', MAN_KEEP_FORMATTING: '' };
        const { stdout, stderr } = await execa('man', args, { env });
        const complaints = stderr.split('\n').filter((it) => !/can't break line|^$/.test(it));
        expect({ page, complaints }).toEqual({ page, complaints: [] });
        expect(stdout).not.toMatch(/\\f[BRI]|\\-|\\&|\.(PP|TP|IP|SH) /);
      }
      const main = readFileSync(join(MAN, 'movie-ingest.1'), 'utf8');
      const { stdout: help } = await runMain(['--help']);
      const options = [...help.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name);
      for (const name of options) expect(main).toContain(name.replaceAll('-', '\\-'));
    },
  );

  test.skipIf(!lintWithMandoc)('mandoc finds no error and no warning', async () => {
    const files = pages.map((page) => join(MAN, page));
    const { stdout } = await execa('mandoc', ['-Tlint', '-Wwarning', ...files], { reject: false });
    expect(stdout.split('\n').filter((it) => !/missing date|^$/.test(it))).toEqual([]);
  });
});
