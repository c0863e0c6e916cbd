import { contentType } from './content-type.ts';
import { decodeOnce, isStoreKey, storeKey } from './store-key.ts';

/** A folder of the disk, and what of it may be seen. */
export type ServedFolder = Readonly<{
  dir: string;
  /** Paths that begin like this are answered from the folder, and with nothing else. */
  prefixes: readonly string[];
  /** The path below `dir` that the path of a request names, or undefined when none may be shown. */
  keyOf: (path: string) => string | undefined;
  /** True for a path below `dir` that may be shown. */
  isKey: (key: string) => boolean;
  /** True where pages of any origin may read it; else those of this machine. */
  isForAll: boolean;
}>;

/** A folder store: the keys of objects, as `publicUrl` names them. */
export function storeFolder(dir: string): ServedFolder {
  const prefixes = ['/videos/', '/posters/'];
  return { dir, prefixes, keyOf: storeKey, isKey: isStoreKey, isForAll: true };
}

/**
 * Any folder with HLS in it. Its names are free, but nothing hidden, and only the kinds of files that
 * HLS is made of: a folder of films may hold letters too.
 */
export function plainFolder(dir: string): ServedFolder {
  const keyOf = (path: string) => {
    const parts = path.slice('/files/'.length).split('/').map(decodeOnce);
    // Each part is decoded by itself: a slash that was encoded is part of a name, and no name has one.
    if (parts.some((part) => part === undefined || part.includes('/'))) return undefined;
    const key = parts.join('/');
    return isPlainKey(key) ? key : undefined;
  };
  return { dir, prefixes: ['/files/'], keyOf, isKey: isPlainKey, isForAll: false };
}

export function isPlainKey(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const parts = /[\\\u0000-\u001f\u007f]/.test(key) ? [] : key.split('/');
  return (
    parts.length > 0 &&
    parts.every((part) => part !== '' && !part.startsWith('.')) &&
    contentType(key) !== 'application/octet-stream' &&
    !/\.(html|js|css|svg|txt)$/i.test(key)
  );
}
