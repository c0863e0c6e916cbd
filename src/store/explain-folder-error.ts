import { noRoom } from '../lib/no-room.ts';
import { StoreFailure } from './store-failure.ts';

export type FolderAction = Readonly<{
  root: string;
  /** After "could not": `write videos/x/master.m3u8`. */
  doing: string;
}>;

/** What the file system threw, as a StoreFailure with cause and fix; a bug comes back as it is. */
export function explainFolderError(error: unknown, { root, doing }: FolderAction): unknown {
  if (error instanceof StoreFailure || !(error instanceof Error)) return error;
  const { code, message: why } = error as NodeJS.ErrnoException;
  if (code === undefined || code.startsWith('ERR_')) return error;
  const what = `Could not ${doing} in ${root} (${code})`;
  const full = noRoom(error);
  if (full !== undefined) {
    return new StoreFailure('permanent', 'space', {
      what: `No room in ${root}: could not ${doing} (${code})`,
      why: full.why,
      fix: `${full.fix}, or choose another folder with --library, then run the same command again.`,
      cause: error,
    });
  }
  if (FORBIDDEN.has(code)) {
    return new StoreFailure('permanent', 'store', { what, why, fix: mayWriteFix(), cause: error });
  }
  return new StoreFailure(NEVER.has(code) ? 'permanent' : 'passing', 'store', {
    what,
    why,
    cause: error,
  });
}

const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);
const NEVER: ReadonlySet<string> = new Set([
  'ENAMETOOLONG',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ENOTEMPTY',
  'ELOOP',
  'EINVAL',
]);

function mayWriteFix(): string {
  const fix = 'Make the folder writable for you, or choose another one with --library.';
  if (process.platform !== 'darwin') return fix;
  return `${fix} On a Mac also: System Settings > Privacy & Security > Files and Folders.`;
}
