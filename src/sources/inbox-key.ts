import { makeSlug } from '../lib/make-slug.ts';

/** Films that wait in the bucket for a worker (`add --stage`). Nothing of the library stands there. */
export const INBOX = 'inbox/';

const HEX_DIGITS = 32;

/** `inbox/<32 digits of the fingerprint>/phim-01.mp4`: one place for one content, whatever it is called. */
export function inboxKey(fingerprint: string, fileName: string): string {
  const ending = /\.[a-z0-9]{1,5}$/i.exec(fileName)?.[0].toLowerCase() ?? '';
  const stem = makeSlug(fileName.slice(0, fileName.length - ending.length)) || 'film';
  return `${INBOX}${digitsOf(fingerprint)}/${stem}${ending}`;
}

/** Whether `add --stage` has put this very film there; whoever has a folder of that name keeps what is in it. */
export function isStaged(key: string, fingerprint: string): boolean {
  return stagedDigits(key) === digitsOf(fingerprint);
}

/** Which film was staged there, by `digitsOf`; undefined for what is no such key. */
export function stagedDigits(key: string): string | undefined {
  return /^inbox\/([0-9a-f]{32})\/[^/]+$/.exec(key)?.[1];
}

export function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/^q1:/, '').slice(0, HEX_DIGITS);
}
