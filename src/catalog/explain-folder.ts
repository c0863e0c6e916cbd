import { IngestError } from '../errors.ts';

const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  EACCES: [
    'This user may not write there.',
    'Change its owner or rights, or choose another --library.',
  ],
  EPERM: [
    'The system does not allow it.',
    'On a Mac: System Settings > Privacy & Security > Full Disk Access.',
  ],
  EROFS: ['The volume is read-only.', 'Choose another --library.'],
  ENOTDIR: [
    'A file stands where a folder should be.',
    'Move it away, or choose another --library.',
  ],
  EEXIST: ['A file stands where a folder should be.', 'Move it away, or choose another --library.'],
  ENOSPC: ['The disk is full.', 'Make room, then run the same command again.'],
  EDQUOT: ['The disk quota is used up.', 'Make room, then run the same command again.'],
};

export type FolderPlace = Readonly<{
  /** Who uses it, as a sentence begins: `The catalogue`. */
  what: string;
  path: string;
}>;

/** What a failure of the file system means for who keeps documents; anything else is given back. */
export function explainFolder(error: unknown, { what, path }: FolderPlace): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const [why, fix] = REASONS[code] ?? [`The system says ${code}.`, 'Check the volume.'];
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new IngestError(isFull ? 'space' : 'catalog', {
    what: `${what} cannot use ${path}`,
    why,
    fix,
    cause: error,
  });
}

/** `ENOENT`; undefined for what the system did not say. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
