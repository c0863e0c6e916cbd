import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('completion');
const scriptOf = (shell: string) => join(dir, `movie-ingest.${shell}`);

const has = async (program: string) =>
  !(await execa(program, ['--version'], { reject: false })).failed;
const [hasZsh, hasFish] = await Promise.all([has('zsh'), has('fish')]);
if (!hasZsh) skipLoudly('no zsh: its completion is not tried');
if (!hasFish) skipLoudly('no fish: its completion is not tried');

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { exitCode, stdout } = await runMain(['completion', shell]);
    expect(exitCode).toBe(0);
    writeFileSync(scriptOf(shell), stdout);
  }
});

/** What is typed, and some of what must be offered and must not. */
const TYPED: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['movie-ingest d', ['doctor', 'deliver'], ['add', '--json']],
  ['movie-ingest config ', ['path', 'get', 'schema'], ['add']],
  ['movie-ingest deliver --a', ['--apply'], ['--out', '--check']],
  ['movie-ingest add --encoder ', ['auto', 'videotoolbox', 'libx264'], ['--json']],
  ['movie-ingest add --preset ', ['fast', 'quality'], ['--json']],
  ['movie-ingest add --title config --enc', ['--encoder'], []],
  ['movie-ingest completion ', ['bash', 'zsh', 'fish'], []],
  ['movie-ingest config get --js', ['--json'], []],
];

describe('completion, in a real bash', () => {
  test.each(TYPED)('%s', async (typed, offered, others) => {
    const words = typed.split(' ');
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _movie_ingest; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await execa('bash', [
      '-c',
      script,
      'bash',
      scriptOf('bash'),
      ...words,
    ]);
    expect(stderr).toBe('');
    const replies = stdout.split('\n');
    expect(replies).toEqual(expect.arrayContaining([...offered]));
    for (const other of others) expect(replies).not.toContain(other);
  });

  test('where nothing of ours fits it offers files', async () => {
    const script = `source "$1"; complete -p movie-ingest`;
    const { stdout } = await execa('bash', ['-c', script, 'bash', scriptOf('bash')]);
    expect(stdout).toContain('-o default');
  });
});

describe.skipIf(!hasFish)('completion, in a real fish', () => {
  test.each(TYPED)('%s', async (typed, offered, others) => {
    const { stdout, stderr } = await execa(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', scriptOf('fish'), typed],
      { env: { HOME: dir, XDG_CONFIG_HOME: dir } },
    );
    expect(stderr).toBe('');
    const replies = stdout.split('\n').map((line) => line.split('\t')[0]);
    expect(replies).toEqual(expect.arrayContaining([...offered]));
    for (const other of others) expect(replies).not.toContain(other);
  });
});

describe.skipIf(!hasZsh)('completion, in a real zsh', () => {
  /** zsh completes on a terminal only: its own `zpty` is one. */
  const IN_A_TERMINAL = 'zmodload zsh/zpty; zpty it zsh -d -i; while zpty -r it line; do :; done';

  test.each(TYPED)('%s', async (typed, offered, others) => {
    const home = makeTempDir('zsh');
    copyFileSync(join(import.meta.dirname, '../fixtures/ask-zsh.zsh'), join(home, '.zshrc'));
    const answers = join(home, 'offered');
    writeFileSync(answers, '');
    await execa('zsh', ['-f', '-c', IN_A_TERMINAL], {
      env: {
        ZDOTDIR: home,
        SCRIPT: scriptOf('zsh'),
        OFFERED: answers,
        TYPED: typed,
        TERM: 'xterm',
      },
    });
    const replies = readFileSync(answers, 'utf8').split('\n');
    expect(replies).toEqual(expect.arrayContaining([...offered]));
    for (const other of others) expect(replies).not.toContain(other);
  });
});
