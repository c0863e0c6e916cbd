import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** A film in a bucket. The key is whatever somebody called it: never a path of ours, never a name to print raw. */
export type FilmAddress = Readonly<{
  bucket: string;
  key: string;
  /** What a file with it is called: the key's last part, as a file system takes it. */
  fileName: string;
}>;

const LONGEST_NAME_BYTES = 200;

/** True for what is meant as an address of a film in a bucket, whether or not it is a sound one. */
export function isFilmAddress(text: string): boolean {
  return /^s3:\/\//i.test(text);
}

/**
 * Reads `s3://bucket/folder/film.mp4`. The key is taken as it stands: `%20` is three characters, as
 * every tool that writes such addresses has it. `name` is what the film is called, where the key does not
 * say it. Throws `usage`.
 */
export function parseFilmAddress(text: string, name?: string): FilmAddress {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/(.*)$/isu.exec(text) ?? [];
  const isBucket = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket);
  const isKey = key !== '' && !key.endsWith('/') && Buffer.byteLength(key) <= 1_024;
  if (isBucket && isKey && !key.includes('\0')) {
    return { bucket, key, fileName: fileNameOf(name?.replaceAll('/', '-') ?? key) };
  }
  throw new IngestError('usage', {
    what: `${cleanText(text, { maxLength: 200 })} is not the address of a film in a bucket`,
    why: isBucket
      ? 'The key of one object must follow the bucket; folders and patterns are not looked into.'
      : 'The bucket has no name that a bucket can have.',
    fix: 'Such as: s3://my-films/new/film.mp4',
  });
}

/** The ending stays, as it names the kind of film; what is too long or no name at all is mended. */
function fileNameOf(key: string): string {
  const last = cleanText(key.slice(key.lastIndexOf('/') + 1), { maxLength: 1_024 });
  const ending = /\.[a-z0-9]{1,5}$/i.exec(last)?.[0] ?? '';
  let stem = last.slice(0, last.length - ending.length).replaceAll('/', '-');
  while (Buffer.byteLength(stem) > LONGEST_NAME_BYTES) stem = [...stem].slice(0, -1).join('');
  return `${/^\.*$/.test(stem) ? 'film' : stem}${ending}`;
}
