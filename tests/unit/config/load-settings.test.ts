import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSecretCommand } from '../../../src/commands/run-secret-command.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { loadIn, mistakeIn, R2, type Situation } from './load-in.ts';

describe('with nothing configured', () => {
  it('films go to the embedded library, on Linux under XDG folders', async () => {
    const { home, ...settings } = await loadIn({});
    const library = join(home, '.local/share/movie-ingest');
    expect(settings).toMatchObject({
      store: {
        kind: 'folder',
        dir: join(library, 'media'),
        publicBaseUrl: 'http://127.0.0.1:4680',
      },
      catalog: { kind: 'folder', dir: join(library, 'catalog') },
      ffmpegPath: undefined,
      ffprobePath: undefined,
      workDir: join(home, '.cache/movie-ingest/work'),
      stateDir: join(home, '.local/state/movie-ingest'),
      libraryDir: library,
      preset: 'default',
      encoder: 'auto',
      uploadConcurrency: 16,
      maxOutageMs: 900_000,
      warnings: [],
    });
    expect(new Set(Object.values(settings.origins))).toEqual(new Set(['default']));
  });

  it('on macOS the library is in ~/Movies and the work in ~/Library/Caches', async () => {
    const { home, ...settings } = await loadIn({ platform: 'darwin' });
    expect(settings.libraryDir).toBe(join(home, 'Movies/movie-ingest'));
    expect(settings.workDir).toBe(join(home, 'Library/Caches/movie-ingest/work'));
    expect(settings.stateDir).toBe(join(home, '.local/state/movie-ingest'));
  });

  it('the XDG variables are followed, and relative ones ignored as the specification says', async () => {
    const env = { XDG_DATA_HOME: '/x/data', XDG_STATE_HOME: '/x/state', XDG_CACHE_HOME: 'cache' };
    const { home, ...settings } = await loadIn({ env });
    expect(settings.libraryDir).toBe('/x/data/movie-ingest');
    expect(settings.stateDir).toBe('/x/state/movie-ingest');
    expect(settings.workDir).toBe(join(home, '.cache/movie-ingest/work'));
  });

  it('without HOME, as under cron, the home folder comes from the user database', async () => {
    const cwd = makeTempDir('cwd');
    const settings = await loadSettings({
      flags: {},
      env: {},
      cwd,
      platform: 'linux',
      runCommand: runSecretCommand,
    });
    expect(settings.libraryDir).toMatch(/^\/.*movie-ingest$/);
  });
});

describe('precedence: flag > environment > .env > project file > user file > default', () => {
  const all: Situation = {
    flags: { preset: 'flag' },
    env: { MOVIE_INGEST_PRESET: 'env' },
    dotenv: 'X=1\nMOVIE_INGEST_PRESET=dotenv\n',
    project: { preset: 'project' },
    above: { preset: 'above' },
    user: { preset: 'user' },
  };
  const { flags: _flags, ...noFlags } = all;
  const { env: _env, ...noEnv } = noFlags;
  const { dotenv: _dotenv, ...noDotenv } = noEnv;
  const { project: _project, ...noProject } = noDotenv;
  const { above: _above, ...noAbove } = noProject;

  it.each([
    [all, 'flag', 'flag --preset'],
    [{ ...all, flags: { preset: '' } }, 'env', 'MOVIE_INGEST_PRESET in the environment'],
    [noFlags, 'env', 'MOVIE_INGEST_PRESET in the environment'],
    [{ ...noFlags, env: { MOVIE_INGEST_PRESET: ' ' } }, 'dotenv', '.env line 2'],
    [noEnv, 'dotenv', '.env line 2'],
    [{ ...noEnv, dotenv: 'MOVIE_INGEST_PRESET=' }, 'project', 'movie-ingest.config.json: preset'],
    [noDotenv, 'project', 'movie-ingest.config.json: preset'],
    [noProject, 'above', 'movie-ingest.config.json: preset'],
    [noAbove, 'user', 'config.json: preset'],
    [{ user: { preset: '' } }, 'default', 'default'],
    [{}, 'default', 'default'],
  ])('%# %j', async (situation, preset, origin) => {
    const settings = await loadIn(situation as Situation);
    expect(settings.preset).toBe(preset);
    expect(settings.origins['preset']).toBe(origin);
  });

  it('is decided for each setting alone', async () => {
    const settings = await loadIn({
      flags: { encoder: 'libx264' },
      env: { MOVIE_INGEST_UPLOAD_CONCURRENCY: '3' },
      dotenv: 'MOVIE_INGEST_FFMPEG=/opt/ffmpeg',
      project: { preset: 'fast' },
      user: { preset: 'quality', stateDir: '/state' },
    });
    expect(settings).toMatchObject({
      encoder: 'libx264',
      uploadConcurrency: 3,
      ffmpegPath: '/opt/ffmpeg',
      preset: 'fast',
      stateDir: '/state',
    });
    expect(settings.origins).toMatchObject({
      encoder: 'flag --encoder',
      ffmpegPath: '.env line 1',
      stateDir: 'config.json: stateDir',
      workDir: 'default',
    });
  });

  it('the user file is found under XDG_CONFIG_HOME', async () => {
    const config = makeTempDir('config');
    mkdirSync(join(config, 'movie-ingest'));
    writeFileSync(join(config, 'movie-ingest', 'config.json'), '{"preset":"fast"}');
    const settings = await loadIn({
      env: { XDG_CONFIG_HOME: config },
      user: { preset: 'quality' },
    });
    expect(settings.preset).toBe('fast');
  });
});

describe('every flag and variable reaches its setting', () => {
  it.each([
    [{ flags: { library: '/l' } }, { libraryDir: '/l', store: { dir: '/l/media' } }],
    [{ flags: { workDir: '/w' } }, { workDir: '/w' }],
    [{ flags: { encoder: 'videotoolbox' } }, { encoder: 'videotoolbox' }],
    [{ flags: { uploadConcurrency: '64' } }, { uploadConcurrency: 64 }],
    [{ flags: { maxDuration: '1h30m' } }, { maxDurationMs: 5_400_000 }],
    [{ flags: { maxOutage: '1h2m3s' } }, { maxOutageMs: 3_723_000 }],
    [{ env: { MOVIE_INGEST_MAX_OUTAGE: '90s' } }, { maxOutageMs: 90_000 }],
    [{ flags: { maxTracks: '100' } }, { maxTracks: 100 }],
    [{ flags: { store: 'folder' } }, { store: { kind: 'folder' } }],
    [
      { flags: { db: 'films' }, env: { MONGODB_URI: 'mongodb://h/x' } },
      { catalog: { kind: 'mongo', db: 'films' } },
    ],
    [{ env: { MOVIE_INGEST_LIBRARY: '/l' } }, { catalog: { dir: '/l/catalog' } }],
    [
      { env: { MOVIE_INGEST_PUBLIC_URL: 'https://a.example/x/' } },
      { store: { publicBaseUrl: 'https://a.example/x' } },
    ],
    [{ env: { MOVIE_INGEST_FFMPEG: '/f' } }, { ffmpegPath: '/f' }],
    [{ env: { MOVIE_INGEST_FFMPEG: 'ffmpeg7' } }, { ffmpegPath: 'ffmpeg7' }],
    [{ env: { MOVIE_INGEST_FFPROBE: '/p' } }, { ffprobePath: '/p' }],
    [{ env: { MOVIE_INGEST_WORK_DIR: '/w' } }, { workDir: '/w' }],
    [{ env: { MOVIE_INGEST_STATE_DIR: '/s' } }, { stateDir: '/s' }],
    [{ env: { MOVIE_INGEST_ENCODER: 'libx264' } }, { encoder: 'libx264' }],
    [{ env: { MOVIE_INGEST_STORE: 'folder', ...R2 } }, { store: { kind: 'folder' } }],
    [{ env: { MONGODB_URI: 'mongodb://h' } }, { catalog: { db: 'movies', collection: 'movies' } }],
  ])('%j', async (situation, expected) => {
    expect(await loadIn(situation)).toMatchObject(expected);
  });

  it('relative paths start where they are written, and ~ is the home folder', async () => {
    const { home, cwd, ...settings } = await loadIn({
      flags: { library: 'lib' },
      dotenv: 'MOVIE_INGEST_WORK_DIR=~/work',
      above: { stateDir: 'state', preset: './my.json', ffmpeg: 'bin/ffmpeg' },
    });
    expect(settings.libraryDir).toBe(join(cwd, 'lib'));
    expect(settings.workDir).toBe(join(home, 'work'));
    expect(settings.stateDir).toBe(join(home, 'films', 'state'));
    expect(settings.preset).toBe(join(home, 'films', 'my.json'));
    expect(settings.ffmpegPath).toBe(join(home, 'films', 'bin/ffmpeg'));
  });
});

describe('.env', () => {
  it('gives only what movie-ingest knows: nothing else of a stranger gets in', async () => {
    const settings = await loadIn({
      dotenv: 'NODE_OPTIONS=--inspect\nHOME=/stranger\nXDG_DATA_HOME=/stranger\nPATH=/stranger\n',
    });
    expect(JSON.stringify({ ...settings, origins: {} })).not.toContain('stranger');
  });

  it.each([
    ['export MOVIE_INGEST_PRESET=fast', 1],
    ['\uFEFFMOVIE_INGEST_PRESET=fast', 1],
    ['# one\r\n\r\nMOVIE_INGEST_PRESET = "fast"\r\n', 3],
    ['MOVIE_INGEST_PRESET=slow\nMOVIE_INGEST_PRESET=fast # the last one counts', 2],
    ["MOVIE_INGEST_PRESET='fast'", 1],
  ])('reads %j', async (dotenv, line) => {
    const settings = await loadIn({ dotenv });
    expect(settings.preset).toBe('fast');
    expect(settings.origins['preset']).toBe(`.env line ${line}`);
  });

  it('a # that cuts a value short is named, with its line and the cure', async () => {
    const error = await mistakeIn({ dotenv: '\nMONGODB_URI=mongodb://u:hunter2#hunter2@h/db\n' });
    expect(error.message).toBe('MONGODB_URI on .env line 2 holds a # without quotes');
    expect(error.fix).toContain("MONGODB_URI='…'");
    expect(error.text).not.toContain('hunter2');
  });

  it.each([
    'MONGODB_URI="mongodb://u:p%23@h/a#b"',
    'MONGODB_URI=mongodb://h/a # a comment',
    'UNKNOWN=a#b\nMONGODB_URI=mongodb://h/a',
  ])('a # that does no harm is fine: %s', async (dotenv) => {
    expect((await loadIn({ dotenv })).catalog.kind).toBe('mongo');
  });

  it('a cut value does not matter when a stronger source has the setting', async () => {
    const env = { MOVIE_INGEST_PRESET: 'fast' };
    expect((await loadIn({ dotenv: 'MOVIE_INGEST_PRESET=a#b', env })).preset).toBe('fast');
  });

  it('a folder of that name (a Python environment) is no .env file', async () => {
    const cwd = makeTempDir('cwd');
    mkdirSync(join(cwd, '.env'));
    const options = {
      flags: {},
      env: { HOME: cwd },
      cwd,
      platform: 'linux' as const,
      runCommand: runSecretCommand,
    };
    expect((await loadSettings(options)).preset).toBe('default');
  });

  it('one that cannot be read is a mistake, not skipped', async () => {
    const cwd = makeTempDir('cwd');
    symlinkSync('.env', join(cwd, '.env')); // a link to itself: unreadable for root too
    const options = {
      flags: {},
      env: { HOME: cwd },
      cwd,
      platform: 'linux' as const,
      runCommand: runSecretCommand,
    };
    await expect(loadSettings(options)).rejects.toMatchObject({
      exit: 'usage',
      message: '.env cannot be read (ELOOP)',
    });
  });
});

describe('mistakes in config files', () => {
  it('come all at once, each with file, line, key and cure', async () => {
    const error = await mistakeIn({
      project:
        '{\n  "presett": "fast",\n  "r2": {\n    "buket": "movies",\n    "bucket": 5\n  }\n}',
      user: '{\n  "uploadConcurrency": 65,\n  "encoder": "nvenc",\n  "zzz": 1\n}',
    });
    expect(error.exit).toBe('usage');
    expect(error.message).toBe('6 mistakes in the configuration');
    const lines = error.why?.split('\n') ?? [];
    expect(lines).toHaveLength(6);
    for (const expected of [
      /~\/films\/new\/movie-ingest\.config\.json line 2: presett is not known\. Did you mean "preset"\?/,
      /new\/movie-ingest\.config\.json line 4: r2\.buket is not known\. Did you mean "bucket"\?/,
      /new\/movie-ingest\.config\.json line 5: r2\.bucket is not right.*expected string/,
      /~\/\.config\/movie-ingest\/config\.json line 2: uploadConcurrency is not right.*64/,
      /config\.json line 3: encoder is not right.*"libx264"/,
      /config\.json line 4: zzz is not known\. Known are store, library/,
    ]) {
      expect(lines.filter((line) => expected.test(line))).toHaveLength(1);
    }
  });

  it.each([
    ['{\n"preset": "fast",\n}', 'line 3: there is a comma before `}`'],
    ['[]', 'line 1: the whole is not right'],
    ['', 'line 1: it ends in the middle'],
    ['{\n// my settings\n}', 'line 2: JSON has no comments'],
    [`{"preset": "${'x'.repeat(1_100_000)}"}`, 'is larger than 1 MiB'],
  ])('%.40j', async (project, expected) => {
    expect((await mistakeIn({ project })).text).toContain(expected);
  });

  it('promise 8: a broken file with secrets in it is not quoted', async () => {
    const error = await mistakeIn({
      project: '{"r2": {"secretAccessKey": hunter2hunter2}}',
      user: { s3: { secretAccessKey: 12_345_678 }, mongodb: { uri: ['hunter2'] } },
    });
    expect(`${error.text} ${error.stack} ${String(error.cause)}`).not.toMatch(/hunter2|12345678/);
  });

  it('the editor’s $schema is welcome', async () => {
    const project = { $schema: './docs/config.schema.json', preset: 'fast' };
    expect((await loadIn({ project })).preset).toBe('fast');
  });
});

describe('mistakes in values', () => {
  it.each([
    [{ flags: { encoder: 'nvenc' } }, 'flag --encoder', 'auto, videotoolbox, libx264, libx265'],
    [{ flags: { store: 'gcs' } }, 'flag --store', 'folder, r2, b2, s3'],
    [{ env: { MOVIE_INGEST_STORE: 'R2' } }, 'MOVIE_INGEST_STORE in the environment', 'folder, r2'],
    [{ dotenv: 'MOVIE_INGEST_ENCODER=x265' }, 'MOVIE_INGEST_ENCODER (.env line 1)', 'libx264'],
    ...['0', '24', '24h0', 'h', '-1h', '1h99999999m'].map((maxDuration) => [
      { flags: { maxDuration } },
      'flag --max-duration',
      '48h',
    ]),
    ...['0', '1001', '1.5', 'many'].map((maxTracks) => [
      { flags: { maxTracks } },
      'flag --max-tracks',
      'from 1 to 1000',
    ]),
    ...['0', '0s', '15', 'm', '1m1h', '-1s', 'for ever'].map((maxOutage) => [
      { flags: { maxOutage } },
      'flag --max-outage',
      'Write at least 1s',
    ]),
    ...['0', '65', '1.5', 'many', '-1', 'Infinity'].map((uploadConcurrency) => [
      { flags: { uploadConcurrency } },
      'flag --upload-concurrency',
      'from 1 to 64',
    ]),
    [
      { env: { MOVIE_INGEST_PUBLIC_URL: 'media.example.com' } },
      'MOVIE_INGEST_PUBLIC_URL',
      'https://',
    ],
  ] as [Situation, string, string][])(
    '%j names its place and what would do',
    async (situation, place, cure) => {
      const error = await mistakeIn(situation);
      expect(error.exit).toBe('usage');
      expect(error.message).toContain(place);
      expect(error.fix).toContain(cure);
    },
  );

  it('come all at once, whatever the source', async () => {
    const error = await mistakeIn({
      flags: { encoder: 'nvenc' },
      env: { ...R2, R2_BUCKET: '', MOVIE_INGEST_UPLOAD_CONCURRENCY: '99' },
      dotenv: 'MONGODB_URI=postgres://x',
    });
    expect(error.message).toBe('4 mistakes in the configuration');
    expect(error.why?.split('\n')).toHaveLength(4);
  });
});

describe('files with secrets that others can read (fault F28)', () => {
  const secret = { r2: { secretAccessKey: R2.R2_SECRET_ACCESS_KEY } };
  const { R2_SECRET_ACCESS_KEY: _, ...env } = R2;

  it.each([
    [{ env, user: secret, mode: 0o644 }, '~/.config/movie-ingest/config.json'],
    [{ env, project: secret, mode: 0o640 }, 'movie-ingest.config.json'],
    [{ dotenv: 'MONGODB_URI=mongodb://u:hunter2@h', mode: 0o604 }, '.env'],
  ])('%# are warned about, with the command that cures it', async (situation, file) => {
    const { warnings } = await loadIn(situation);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain(file);
    expect(warnings[0]?.fix).toContain('chmod 600');
    expect(JSON.stringify(warnings)).not.toMatch(/hunter2|c0ffee/);
  });

  it.each([
    { env, user: secret, mode: 0o600 },
    { user: { preset: 'fast' }, mode: 0o644 },
    { dotenv: 'MONGODB_URI=mongodb://localhost:27017', mode: 0o644 },
  ])('%# are not, when there is nothing to warn about', async (situation) => {
    expect((await loadIn(situation)).warnings).toEqual([]);
  });
});
