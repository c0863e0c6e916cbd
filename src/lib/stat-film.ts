import type { Stats } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { IngestError } from '../errors.ts';

/**
 * Size and time of a film that can be read. Throws `film` for what is no regular, non-empty file; a
 * folder that comes here is one in which no film was found (`commands/find-films.ts`).
 */
export async function statFilm(path: string): Promise<Stats> {
  const name = basename(path) || path;
  const file = await readableStats(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(name, cause);
  });
  if (file.isDirectory()) {
    throw new IngestError('film', {
      what: `the folder ${name} has no films`,
      why: 'No file in it ends like a film: .mp4, .mkv, .mov and so on.',
    });
  }
  if (!file.isFile()) {
    throw new IngestError('film', {
      what: `${name} is not a regular file`,
      why: 'A film must be a file that can be read more than once, not a pipe or a device.',
    });
  }
  if (file.size === 0) {
    throw new IngestError('film', {
      what: `${name} is empty (0 bytes)`,
      why: 'The copy or the download never began.',
      fix: 'Copy or download it again.',
    });
  }
  return file;
}

/** Opened, not asked about: macOS' privacy protection shows only then (`access` knows rights alone). */
async function readableStats(path: string): Promise<Stats> {
  const stats = await stat(path);
  if (stats.isFile()) await (await open(path, 'r')).close();
  else if (stats.isDirectory()) await (await opendir(path)).close();
  return stats;
}

function unreadable(name: string, cause: NodeJS.ErrnoException): IngestError {
  if (cause.code === 'ENOENT' && name.includes('\ufffd')) {
    return new IngestError('film', {
      what: `${name} cannot be opened: its name is not UTF-8`,
      why: 'Programs get names as text, and these bytes are none.',
      fix: 'Rename the file, by hand or with convmv; nothing else about it is wrong.',
      cause,
    });
  }
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    return new IngestError('film', {
      what: `${name} was not found`,
      why: 'There is no file at that path.',
      fix: 'Check the path; a name that begins with - needs ./ in front.',
      cause,
    });
  }
  if (cause.code === 'EPERM' && process.platform === 'darwin') {
    return new IngestError('film', {
      what: `macOS blocked reading ${name} (EPERM)`,
      fix: `System Settings > Privacy & Security > Full Disk Access: add ${process.execPath}`,
      cause,
    });
  }
  return new IngestError('film', {
    what: `${name} cannot be read (${cause.code ?? 'unknown error'})`,
    why: cause.code === 'EACCES' ? 'This user may not read it.' : cause.message,
    cause,
  });
}
