import { IngestError } from '../errors.ts';
import { noRoom } from '../lib/no-room.ts';

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
  const failure = { what: `${what} cannot use ${path}`, cause: error };
  const full = noRoom(error);
  if (full !== undefined) {
    const fix = `${full.fix}, then run the same command again.`;
    return new IngestError('space', { ...failure, why: full.why, fix });
  }
  const [why, fix] = REASONS[code] ?? [`The system says ${code}.`, 'Check the volume.'];
  return new IngestError('catalog', { ...failure, why, fix });
}

/** `ENOENT`; undefined for what the system did not say. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
