import { cleanText } from './clean-text.ts';

export type Mount = Readonly<{
  /** Where it hangs: `/Volumes/films`. */
  at: string;
  /** `nas.local:/films`, `//nas.local/films`; without the name of a user. */
  from: string;
  /** As the system calls it: `nfs4`, `smbfs`, `fuse.sshfs`. */
  type: string;
}>;

/** Linux: `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right] = line.split(' - ', 2);
    const at = left.split(' ')[4];
    const [type, from = ''] = (right ?? '').split(' ');
    if (at === undefined || type === undefined || type === '') return [];
    return [mount({ at: unescapeOctal(at), from: unescapeOctal(from), type })];
  });
}

/** macOS: what `mount` prints, `//me@nas/films on /Volumes/films (smbfs, nodev, mounted by me)`. */
export function parseBsdMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(?<from>.*?) on (?<at>\/.*) \((?<type>[^,()\s]+)[^()]*\)$/.exec(line)?.groups;
    if (found === undefined) return [];
    const { at = '', from = '', type = '' } = found;
    return [mount({ at, from, type })];
  });
}

/** The file system that an absolute path without symbolic links is on: of several the deepest, the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`));
  return above.reduce<Mount | undefined>(
    (deepest, next) => (next.at.length >= (deepest?.at.length ?? 0) ? next : deepest),
    undefined,
  );
}

const NETWORK: readonly (readonly [RegExp, string])[] = [
  [/^nfs\d*$/, 'NFS'],
  [/^(?:cifs|smb\d*|smbfs)$/, 'SMB'],
  [/^afpfs$/, 'AFP'],
  [/^(?:fuse\.)?sshfs$|^sshfs$/, 'SSHFS'],
  [/^(?:webdav|davfs|fuse\.davfs2?)$/, 'WebDAV'],
  [/^(?:fuse\.)?(?:rclone|s3fs|gcsfuse|goofys)$/, 'cloud storage'],
  [
    /^(?:afs|ceph|fuse\.ceph|lustre|gpfs|beegfs|ocfs2|gfs2?|(?:fuse\.)?glusterfs|ncpfs)$/,
    'network',
  ],
];

/** What a network file system is called by people; undefined for a disk of this machine. */
export function networkKind({ type, from }: Mount): string | undefined {
  const known = NETWORK.find(([pattern]) => pattern.test(type))?.[1];
  // macFUSE tells no kind; a remote is written like `me@host:/films`.
  return known ?? (/fuse/.test(type) && /^[\w.-]+:/.test(from) ? 'network' : undefined);
}

function mount({ at, from, type }: Mount): Mount {
  const place = from.replace(/^([a-z]+:)?(\/\/)?[^/]*@/i, '$1$2'); // who logs in there is nobody's business
  return { at, from: cleanText(place, { maxLength: 200 }), type };
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
