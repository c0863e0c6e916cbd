import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { networkFolders } from '../../../src/commands/network-volumes.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

test('each folder on a network volume is named, also by a link and before it is made (fault F18)', async () => {
  const dir = makeTempDir('volumes');
  mkdirSync(join(dir, 'nas'));
  symlinkSync(join(dir, 'nas'), join(dir, 'link'));
  const mounts = [
    { at: '/', from: '/dev/sda1', type: 'ext4' },
    { at: join(dir, 'nas'), from: '//nas/films', type: 'cifs' },
  ];
  const settings = {
    workDir: join(dir, 'link', 'work', 'deep'),
    stateDir: join(dir, 'state'),
    store: { kind: 'folder', dir: join(dir, 'nas', 'media'), publicBaseUrl: 'http://x' },
    catalog: { kind: 'folder', dir: join(dir, 'nas', 'catalog') },
  } as const;
  const volume = `is on a network volume: SMB //nas/films at ${join(dir, 'nas')}`;
  expect((await networkFolders(settings, mounts)).map(({ message }) => message)).toEqual([
    `the work folder ${volume}`,
    `the library ${volume}`,
  ]);
  expect(await networkFolders({ ...settings, workDir: dir, store: BUCKET }, mounts)).toMatchObject([
    { name: 'catalogue' },
  ]);
});

const BUCKET = {
  kind: 'r2',
  endpoint: 'https://x',
  region: 'auto',
  bucket: 'movies',
  accessKeyId: 'x',
  secretAccessKey: 'x',
  publicBaseUrl: 'https://x',
} as const;
