import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { fingerprintFile, fingerprintOf } from '../lib/fingerprint-file.ts';
import { statFilm } from '../lib/stat-film.ts';
import type { StandingObject } from '../model/store.ts';
import { type FilmAddress, isFilmAddress, parseFilmAddress } from '../sources/film-address.ts';
import type { PatientStore } from '../store/retry.ts';
import type { IngestContext, IngestRequest } from './context.ts';

/** A film as its bytes show it, whatever it is called and wherever it lies. */
export type FilmContent = Readonly<{
  bytes: number;
  fingerprint: string;
  /** Where it lies in a bucket; undefined for a file. */
  remote: RemoteFilm | undefined;
}>;

export type RemoteFilm = Readonly<{
  address: FilmAddress;
  store: PatientStore;
  /** The object that the fingerprint is of; another one under the same key is another film. */
  object: StandingObject;
}>;

type ContentContext = Pick<IngestContext, 'openFilms' | 'reachStore' | 'signal'>;

/**
 * Looks at a film without reading all of it: a few MiB, of a bucket too. Throws `film` for what cannot
 * be read, is empty, or is another film than the request expects.
 */
export async function readContent(
  { path, fileName, expect }: Pick<IngestRequest, 'path' | 'fileName' | 'expect'>,
  context: ContentContext,
): Promise<FilmContent> {
  const content = isFilmAddress(path)
    ? await readRemote({ path, fileName }, context)
    : await readLocal(path);
  if (expect === undefined) return content;
  const isSame = content.bytes === expect.bytes && content.fingerprint === expect.fingerprint;
  if (!isSame) throw notExpected(path, content.bytes, expect.bytes);
  return content;
}

async function readLocal(path: string): Promise<FilmContent> {
  const { size } = await statFilm(path);
  return { bytes: size, fingerprint: await fingerprintFile(path), remote: undefined };
}

async function readRemote(
  { path, fileName }: Pick<IngestRequest, 'path' | 'fileName'>,
  context: ContentContext,
): Promise<FilmContent> {
  const address = parseFilmAddress(path, fileName);
  const { signal } = context;
  const store = await context.openFilms(address.bucket);
  await context.reachStore();
  const object = await store.look(address.key, { signal });
  if (object === undefined) {
    // A HEAD cannot say which of the two is missing: a bucket that is not there is told by this.
    for await (const _any of store.list('', { signal })) break;
    throw new IngestError('film', {
      what: `${shown(path)} was not found`,
      why: `There is no such object in ${store.name}.`,
      fix: 'Check the key; capitals and spaces count.',
    });
  }
  const { bytes, etag } = object;
  if (bytes === 0) {
    throw new IngestError('film', {
      what: `${shown(path)} is empty (0 bytes)`,
      why: 'The upload never began.',
      fix: 'Upload it again.',
    });
  }
  const fingerprint = await fingerprintOf(bytes, async (from, length) => {
    const to = Math.min(bytes, from + length);
    const part = await store.readPart({ key: address.key, etag, from, to }, { signal });
    if (part === undefined) throw changedMeanwhile(path);
    return part;
  });
  return { bytes, fingerprint, remote: { address, store, object } };
}

/** Whoever puts another film under the key while this one is worked on. */
export function changedMeanwhile(path: string): IngestError {
  return new IngestError('film', {
    what: `${shown(path)} changed while it was read`,
    why: 'Another object stands under that key now.',
    fix: 'Run the same command again, once nobody uploads it any more.',
  });
}

function notExpected(path: string, bytes: number, expected: number): IngestError {
  const same = bytes === expected;
  return new IngestError('film', {
    what: `${shown(path)} is another film than the one that was meant`,
    why: same
      ? 'It has the same size, but other content.'
      : `It has ${bytes} bytes, and ${expected} were expected.`,
    fix: 'Check that the path means the same file on both machines (--path-map), and that nobody has replaced it.',
  });
}

function shown(path: string): string {
  return cleanText(path, { maxLength: 300 });
}
