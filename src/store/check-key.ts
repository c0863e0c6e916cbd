import { StoreFailure } from './store-failure.ts';

const LONGEST_KEY_BYTES = 1_024; // R2 and S3
const LONGEST_PART_BYTES = 255; // file systems; versitygw answers KeyTooLongError

/**
 * Throws unless `key` is what every store keeps exactly: parts of `[a-z0-9-._]`, joined by `/`, none
 * of them empty, `.` or `..`. So no key can leave a folder, need percent encoding, or meet its twin in
 * another case on a Mac.
 */
export function checkKey(key: string): void {
  const parts = key.split('/');
  if (key.length <= LONGEST_KEY_BYTES && parts.every(isKeyPart)) return;
  throw new StoreFailure('permanent', 'store', {
    what: `${JSON.stringify(key.slice(0, 200))} cannot be the name of an object`,
    why: 'names are made of a-z, 0-9, - . _ and /, without empty parts, . and ..',
  });
}

/** True for a name that may stand between two slashes of a key. */
export function isKeyPart(name: string): boolean {
  return (
    /^[a-z0-9._-]+$/.test(name) && !/^\.{1,2}$/.test(name) && name.length <= LONGEST_PART_BYTES
  );
}
