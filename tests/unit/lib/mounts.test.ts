import { describe, expect, test } from 'vitest';
import { mountOf, networkKind, parseBsdMounts, parseMountInfo } from '../../../src/lib/mounts.ts';

const LINUX = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '30 22 0:25 / /mnt/films rw,relatime shared:5 - nfs4 nas.local:/films rw,vers=4.2,addr=10.0.0.2',
  '31 22 0:26 / /mnt/two\\040words rw shared:6 - cifs //nas.local/media\\040x rw,username=me',
  '32 30 8:2 / /mnt/films/local rw - ext4 /dev/sdb1 rw',
  '33 22 0:40 / /mnt/ssh rw - fuse.sshfs me@host:/films rw,user_id=1000',
  '35 22 0:41 / /mnt/dav rw - fuse.davfs https://me:word@nas.local/dav rw',
  '34 22 8:3 / /mnt/ntfs rw - fuseblk /dev/sdc1 rw',
  '',
].join('\n');

const MAC = [
  '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
  'devfs on /dev (devfs, local, nobrowse)',
  'map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)',
  '//me@nas._smb._tcp.local/films on /Volumes/films (smbfs, nodev, nosuid, mounted by me)',
  'nas:/export/video on /Volumes/video (archive) (nfs, nodev, nosuid)',
  '//me@nas/old on /Volumes/old (afpfs, nodev)',
  'me@host:/films on /Volumes/ssh (macfuse, nodev, nosuid, synchronous, mounted by me)',
  '/dev/disk4s1 on /Volumes/USB (exfat, local, nodev)',
].join('\n');

const tell = (mounts: ReturnType<typeof parseMountInfo>) => (path: string) => {
  const mount = mountOf(path, mounts);
  return mount && [networkKind(mount), mount.from, mount.at];
};

describe('which volume a path is on', () => {
  test.each([
    ['/home/me/work', [undefined, '/dev/sda1', '/']],
    ['/mnt/films/work', ['NFS', 'nas.local:/films', '/mnt/films']],
    ['/mnt/films', ['NFS', 'nas.local:/films', '/mnt/films']],
    ['/mnt/films-2', [undefined, '/dev/sda1', '/']],
    ['/mnt/films/local/x', [undefined, '/dev/sdb1', '/mnt/films/local']],
    ['/mnt/two words/x', ['SMB', '//nas.local/media x', '/mnt/two words']],
    ['/mnt/ssh/x', ['SSHFS', 'host:/films', '/mnt/ssh']],
    ['/mnt/dav/x', ['WebDAV', 'https://nas.local/dav', '/mnt/dav']],
    ['/mnt/ntfs/x', [undefined, '/dev/sdc1', '/mnt/ntfs']],
  ])('Linux: %s', (path, expected) => {
    expect(tell(parseMountInfo(LINUX))(path)).toEqual(expected);
  });

  test.each([
    ['/Users/me', [undefined, '/dev/disk3s1s1', '/']],
    ['/Volumes/films/x', ['SMB', '//nas._smb._tcp.local/films', '/Volumes/films']],
    ['/Volumes/video (archive)/x', ['NFS', 'nas:/export/video', '/Volumes/video (archive)']],
    ['/Volumes/old', ['AFP', '//nas/old', '/Volumes/old']],
    ['/Volumes/ssh/x', ['network', 'host:/films', '/Volumes/ssh']],
    ['/Volumes/USB/x', [undefined, '/dev/disk4s1', '/Volumes/USB']],
  ])('macOS: %s', (path, expected) => {
    expect(tell(parseBsdMounts(MAC))(path)).toEqual(expected);
  });

  test('of two at one place the later one counts, which hides the other', () => {
    const both = `${LINUX}40 22 0:50 / /mnt/films rw - tmpfs tmpfs rw\n`;
    expect(tell(parseMountInfo(both))('/mnt/films/x')).toEqual([undefined, 'tmpfs', '/mnt/films']);
  });

  test('garbage is no mount', () => {
    expect(parseMountInfo('x\n - \n1 2 3')).toEqual([]);
    expect(parseBsdMounts('on (x)\n\nnothing here')).toEqual([]);
    expect(mountOf('/x', [])).toBeUndefined();
  });
});
