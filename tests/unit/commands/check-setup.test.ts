import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNode, checkSetup, type SetupParts } from '../../../src/commands/check-setup.ts';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { IngestError } from '../../../src/errors.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { toolchainOf } from '../../helpers/toolchain-of.ts';

function partsWith(change: Partial<SetupParts> = {}): SetupParts {
  const dir = makeTempDir('doctor');
  return {
    nodeVersion: 'v24.1.0',
    settings: { workDir: join(dir, 'work', 'deep'), stateDir: join(dir, 'state'), origins: {} },
    loadPreset: () => loadPreset('default', { cwd: dir }),
    findTools: async () => ({ ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe' }),
    toolVersion: async () => '5.1.9',
    inspectToolchain: async () => toolchainOf(),
    networkFolders: async () => [],
    checkStore: async () => 'R2 movies',
    checkCatalog: async () => 'MongoDB movies.movies',
    findUploads: async () => ({ count: 0, areAborted: false }),
    cleanCommand: 'movie-ingest doctor --clean',
    ...change,
  };
}

const fails = (error: unknown) => () => Promise.reject(error);
const refused = new IngestError('credentials', {
  what: 'R2 refused the access key',
  why: 'InvalidAccessKeyId, 403',
  fix: 'Create a token',
});
const away = new IngestError('catalog', { what: 'MongoDB is away' });

describe('the checks of doctor', () => {
  test('all is well: a line for each thing, in order, exit ok', async () => {
    const { checks, exit } = await checkSetup(partsWith());
    expect(exit).toBe('ok');
    expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
      'ok node',
      'ok settings',
      'ok preset',
      'ok ffmpeg',
      'ok ffprobe',
      'ok encoder',
      'ok filters',
      'ok work folder',
      'ok state folder',
      'ok store',
      'ok uploads',
      'ok catalogue',
    ]);
    expect(checks.find(({ name }) => name === 'ffprobe')?.detail).toBe('5.1.9 at /usr/bin/ffprobe');
    expect(checks.at(-3)?.detail).toBe('R2 movies: list, put, read and delete work');
  });

  test('a folder on a network volume is named, and nothing fails for it', async () => {
    const message = 'the work folder is on a network volume: SMB //nas/films at /Volumes/films';
    const networkFolders = async () => [{ name: 'work folder', message, fix: 'Another' }];
    const { checks, exit } = await checkSetup(partsWith({ networkFolders }));
    expect(exit).toBe('ok');
    expect(checks).toContainEqual({
      status: 'warning',
      name: 'work folder',
      detail: message,
      fix: 'Another',
    });
  });

  test('uploads that were never finished are found, and aborted where that is asked for', async () => {
    const uploadsOf = async (change: Partial<SetupParts>) =>
      (await checkSetup(partsWith(change))).checks.find(({ name }) => name === 'uploads');
    expect(
      await uploadsOf({ findUploads: async () => ({ count: 2, areAborted: false }) }),
    ).toMatchObject({
      status: 'warning',
      detail: '2 unfinished uploads',
      fix: 'movie-ingest doctor --clean',
    });
    expect(
      await uploadsOf({ findUploads: async () => ({ count: 1, areAborted: true }) }),
    ).toMatchObject({ status: 'ok', detail: '1 unfinished upload aborted' });
    const isNotShown = await uploadsOf({ findUploads: fails(refused) });
    expect(isNotShown).toMatchObject({ status: 'warning', cause: refused.message });
    expect(await uploadsOf({ checkStore: fails(refused) })).toBeUndefined();
  });

  test('every check runs though an earlier one failed; the exit is that of the first', async () => {
    const { checks, exit } = await checkSetup(
      partsWith({
        loadPreset: fails(new IngestError('usage', { what: 'There is no preset "x"' })),
        checkStore: fails(refused),
        checkCatalog: fails(away),
      }),
    );
    expect(exit).toBe('usage');
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([
      { status: 'failed', name: 'preset', detail: 'There is no preset "x"', exit: 'usage' },
      {
        status: 'failed',
        name: 'store',
        detail: 'R2 refused the access key',
        cause: 'InvalidAccessKeyId, 403',
        fix: 'Create a token',
        exit: 'credentials',
      },
      { status: 'failed', name: 'catalogue', detail: 'MongoDB is away', exit: 'catalog' },
    ]);
    expect(checks.find(({ name }) => name === 'state folder')?.status).toBe('ok');
  });

  test('the catalogue alone: its own code', async () => {
    const { exit } = await checkSetup(partsWith({ checkCatalog: fails(away) }));
    expect(exit).toBe('catalog');
  });

  test('a fault of ours is a bug, and told as one', async () => {
    const { checks, exit } = await checkSetup(
      partsWith({ checkStore: fails(new TypeError('no')) }),
    );
    expect(exit).toBe('bug');
    expect(checks.find(({ name }) => name === 'store')?.detail).toBe('no');
  });

  test('without ffmpeg one line says so, and no encoder is tried', async () => {
    const { checks, exit } = await checkSetup(
      partsWith({
        findTools: fails(
          new IngestError('usage', { what: 'ffmpeg was not found', fix: 'brew install ffmpeg' }),
        ),
        inspectToolchain: fails(new Error('must not be asked')),
      }),
    );
    expect(exit).toBe('usage');
    const names = checks.map(({ name }) => name);
    expect(names).toContain('ffmpeg');
    expect(names).not.toContain('encoder');
    expect(names).toContain('catalogue');
  });

  test('an encoder that does not work while another does is a warning with its reason', async () => {
    const toolchain = toolchainOf();
    const encoders = [
      { name: 'h264_videotoolbox' as const, works: false, detail: 'busy', options: [] },
      ...toolchain.encoders,
    ];
    const { checks, exit } = await checkSetup(
      partsWith({ inspectToolchain: async () => ({ ...toolchain, encoders }) }),
    );
    expect(exit).toBe('ok');
    expect(checks.filter(({ name }) => name === 'encoder')).toEqual([
      {
        status: 'warning',
        name: 'encoder',
        detail: 'h264_videotoolbox does not work here and will not be used',
        cause: 'busy',
      },
      { status: 'ok', name: 'encoder', detail: 'libx264: proved by a trial encode' },
    ]);
  });

  test('an ffmpeg without tone mapping: what that means, and the way out', async () => {
    const { checks, exit } = await checkSetup(
      partsWith({ inspectToolchain: async () => toolchainOf({ filters: ['bwdif'] }) }),
    );
    expect(exit).toBe('ok');
    expect(checks.find(({ name }) => name === 'filters')).toMatchObject({
      status: 'warning',
      detail: 'without zscale, tonemap: HDR films are refused',
      fix: expect.stringContaining('ffmpeg-full'),
    });
  });

  test('promise 8: origins are told, values are not', async () => {
    const parts = partsWith();
    const settings = {
      ...parts.settings,
      secretAccessKey: 'hunter2',
      origins: {
        'store.secretAccessKey': 'R2_SECRET_ACCESS_KEY in the environment',
        'store.bucket': '.env line 3',
        preset: 'default',
      },
    };
    const { checks } = await checkSetup({ ...parts, settings });
    expect(checks.find(({ name }) => name === 'settings')?.detail).toBe(
      'from R2_SECRET_ACCESS_KEY in the environment, .env line 3',
    );
    expect(JSON.stringify(checks)).not.toContain('hunter2');
  });

  test('folders are made, proved by writing, and left empty', async () => {
    const parts = partsWith();
    await checkSetup(parts);
    expect(readdirSync(parts.settings.workDir)).toEqual([]);
    expect(readdirSync(parts.settings.stateDir)).toEqual([]);
  });

  test('a folder that cannot be written is a usage error with the flag to use', async () => {
    const dir = makeTempDir('doctor');
    const file = join(dir, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    const parts = partsWith();
    const settings = { ...parts.settings, workDir: join(file, 'work') };
    const { checks, exit } = await checkSetup({ ...parts, settings });
    expect(exit).toBe('usage');
    expect(checks.find(({ name }) => name === 'work folder')).toMatchObject({
      status: 'failed',
      detail: `The work folder ${join(file, 'work')} cannot be written (ENOTDIR)`,
      fix: 'Name another: --work-dir DIR',
    });
    expect(existsSync(parts.settings.stateDir)).toBe(true);
  });
});

describe('the version of Node', () => {
  test.each([
    ['v20.20.2', 'warning'],
    ['v22.12.0', 'ok'],
    ['v24.0.0', 'ok'],
  ])('%s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  test('20 works, and 22 is advised', () => {
    expect(checkNode('v20.20.2').detail).toBe('20.20.2; 22 or newer is advised');
  });
});
