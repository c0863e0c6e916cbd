import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderStore } from '../../src/store/folder.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

describe('the folder store', () => {
  let root: string;
  let store: FolderStore;
  beforeEach(() => {
    root = join(makeTempDir('folder'), 'media');
    store = open(root);
  });

  it('is made by the first put and by nothing before it', async () => {
    expect(await keys(store)).toEqual([]);
    expect(await store.get('a.ts', {})).toBeUndefined();
    await store.remove(['a.ts'], {});
    expect(existsSync(root)).toBe(false);
    await store.put(object('a/b.ts'), {});
    expect(readdirSync(root)).toEqual(['a']);
  });

  it('leaves no temp file and no empty folder behind', async () => {
    await store.put(object('videos/x/r-1/720p/seg_00001.ts'), {});
    await store.put(object('videos/x/master.m3u8'), {});
    const wrong = { ...object('videos/x/r-1/720p/seg_00002.ts'), md5: '0'.repeat(32) };
    await expect(store.put(wrong, {})).rejects.toThrow();
    expect(readdirSync(join(root, 'videos/x/r-1/720p'))).toEqual(['seg_00001.ts']);
    await store.remove(['videos/x/r-1/720p/seg_00001.ts'], {});
    expect(readdirSync(join(root, 'videos/x'))).toEqual(['master.m3u8']);
    await store.remove(['videos/x/master.m3u8'], {});
    expect(readdirSync(root)).toEqual([]);
  });

  it('promise 4: what a killed run left half written is never listed, and is swept by the next', async () => {
    const dir = join(root, 'videos/x');
    mkdirSync(dir, { recursive: true });
    const dead = await deadPid();
    const left = `.${dead}-0123456789ab~`;
    const ofTheLiving = `.${process.ppid}-0123456789ab~`;
    const old = `.${process.ppid}-ba9876543210~`;
    for (const name of [left, ofTheLiving, old]) writeFileSync(join(dir, name), 'half');
    utimesSync(join(dir, old), new Date('2020-01-01'), new Date('2020-01-01'));
    expect(await keys(store)).toEqual([]);
    await store.put(object('videos/x/master.m3u8'), {});
    expect(readdirSync(dir).toSorted()).toEqual([ofTheLiving, 'master.m3u8'].toSorted());
  });

  it('a folder that holds nothing but what a killed run left is removed with its last object', async () => {
    await store.put(object('videos/x/master.m3u8'), {});
    const dead = await deadPid();
    writeFileSync(join(root, 'videos/x', `.${dead}-0123456789ab~`), 'half');
    await open(root).remove(['videos/x/master.m3u8'], {});
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not list what cannot be an object', async () => {
    await store.put(object('videos/x/master.m3u8'), {});
    for (const name of ['.DS_Store', '._master.m3u8', 'Thumbs.db', 'notes (1).txt']) {
      writeFileSync(join(root, 'videos/x', name), 'x');
    }
    expect(await keys(store)).toEqual(['videos/x/master.m3u8']);
  });

  it('nothing leads out of the folder by a symbolic link, neither to read nor to write', async () => {
    const outside = makeTempDir('outside');
    writeFileSync(join(outside, 'secret.txt'), 'secret');
    mkdirSync(join(root, 'videos'), { recursive: true });
    symlinkSync(outside, join(root, 'videos/link'));
    symlinkSync(join(outside, 'secret.txt'), join(root, 'videos/file.txt'));
    for (const act of [
      () => store.put(object('videos/link/new.ts'), {}),
      () => store.put(object('videos/link/deep/new.ts'), {}),
      () => store.get('videos/link/secret.txt', {}),
      () => store.get('videos/file.txt', {}),
      () => store.remove(['videos/link/secret.txt'], {}),
    ]) {
      await expect(act()).rejects.toMatchObject({ exit: 'store', kind: 'permanent' });
    }
    expect(await keys(store)).toEqual([]);
    expect(readdirSync(outside)).toEqual(['secret.txt']);
    await store.put(object('videos/file.txt'), {}); // takes the place of the link, not of its target
    expect(readdirSync(outside)).toEqual(['secret.txt']);
    expect(await keys(store)).toEqual(['videos/file.txt']);
  });

  it('the folder itself may be a link', async () => {
    const real = makeTempDir('real');
    symlinkSync(real, root);
    await store.put(object('a/b.ts'), {});
    expect(readdirSync(join(real, 'a'))).toEqual(['b.ts']);
    expect(await keys(store)).toEqual(['a/b.ts']);
    await store.remove(['a/b.ts'], {});
    expect(readdirSync(real)).toEqual([]);
  });

  it('a folder that vanished (an unplugged disk) is not made anew in its place', async () => {
    await store.put(object('a/b.ts'), {});
    renameSync(root, `${root}-unplugged`);
    await expect(store.put(object('a/c.ts'), {})).rejects.toMatchObject({
      exit: 'store',
      message: `${root} is gone`,
    });
    expect(existsSync(root)).toBe(false);
  });

  it('a place where a folder cannot be made is said with cause', async () => {
    writeFileSync(root, 'a file');
    await expect(store.put(object('a/b.ts'), {})).rejects.toMatchObject({
      exit: 'store',
      kind: 'permanent',
    });
  });

  it('puts and removals in one folder do not get in each other’s way', async () => {
    const turns = Array.from({ length: 40 }, (_, n) => `videos/x/seg_${n}.ts`);
    await Promise.all(
      turns.map(async (key) => {
        await store.put(object(key), {});
        await store.remove([key], {});
      }),
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it('promise 3: a full disk is "no space", keeps what is there, and leaves nothing half written', async ({
    skip,
  }) => {
    const dir = makeTempDir('full');
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], {
      reject: false,
    });
    if (mounted.failed) skip('no small disk: mount needs root (Linux)');
    try {
      const full = open(join(dir, 'media'));
      await full.put(object('videos/x/a.ts', Buffer.alloc(600_000)), {});
      const error = await full
        .put(object('videos/x/b.ts', Buffer.alloc(600_000)), {})
        .catch((reason) => reason);
      expect(error).toMatchObject({ exit: 'space', kind: 'permanent', fix: expect.any(String) });
      expect(readdirSync(join(dir, 'media/videos/x'))).toEqual(['a.ts']);
      await full.put(object('videos/x/c.ts', Buffer.alloc(100_000)), {});
      expect(await keys(full)).toEqual(['videos/x/a.ts', 'videos/x/c.ts']);
    } finally {
      await execa('umount', [dir]);
    }
  });
});

function open(dir: string): FolderStore {
  return new FolderStore({ kind: 'folder', dir, publicBaseUrl: 'http://127.0.0.1:4680' });
}

function object(key: string, body: Buffer = Buffer.from('x')) {
  return { key, body, contentType: 'video/mp2t', cacheControl: '' };
}

async function keys(store: FolderStore): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list('', {})) found.push(key);
  return found;
}

/** Of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = execa('true');
  await child;
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
}
