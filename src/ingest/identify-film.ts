import { basename } from 'node:path';
import { readSidecar } from '../catalog/read-sidecar.ts';
import type { Sidecar } from '../catalog/sidecar.ts';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { isSlug, makeSlug } from '../lib/make-slug.ts';
import { stripFilmExtension } from '../lib/strip-film-extension.ts';
import type { Catalog, CatalogDocument } from '../model/catalog.ts';
import type { SubtitleFile } from '../model/subtitle-file.ts';
import { recipeOf } from '../plan/revision.ts';
import type { LoadedSubtitle } from '../subtitles/read-subtitle-file.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import { findSubtitles } from './find-subtitles.ts';
import type { FilmContent, RemoteFilm } from './read-film.ts';

/** Which film this is, before anything is decoded. */
export type FilmIdentity = Readonly<{
  slug: string;
  fingerprint: string;
  recipe: string;
  sidecar: Sidecar | undefined;
  subtitleFiles: readonly LoadedSubtitle[];
  bytes: number;
  /** Where its file is to be fetched from; undefined for one that is here. */
  remote: RemoteFilm | undefined;
  /** The slug under which the same film is in already, when the user wants it a second time. */
  duplicateOf: string | undefined;
}>;

/**
 * Says which film this is and under which slug it goes, from its content, its name and the catalogue.
 * Throws `usage` when the name is taken by another film, or the film is in under another name: neither
 * is ever overwritten by accident.
 */
export async function identifyFilm(
  request: IngestRequest,
  { bytes, fingerprint, remote }: FilmContent,
  { catalog, preset, report }: Pick<IngestContext, 'catalog' | 'preset' | 'report'>,
): Promise<FilmIdentity> {
  const same = await catalog.findByFingerprint(fingerprint);
  const slug = await chooseSlug(request, { fingerprint, same, catalog });
  const inPlace = same?.slug === slug ? same : await catalog.findBySlug(slug);
  if (!request.force) refuseOther(request, slug, fingerprint, inPlace);
  // In a bucket nothing is looked for beside a film: what stands there may be anybody's.
  const path = remote === undefined ? request.path : undefined;
  const { sidecar, warnings } = path === undefined ? NO_SIDECAR : await readSidecar(path);
  for (const message of warnings) report({ type: 'warning', message });
  const { subtitles } = request;
  const subtitleFiles = await findSubtitles({ path, subtitles }, { report });
  return {
    slug,
    fingerprint,
    recipe: recipeOf({
      fingerprint,
      preset,
      subtitleFiles: subtitleFiles.map(withoutBody),
      burnSubtitle: request.burnSubtitle,
    }),
    sidecar,
    subtitleFiles,
    bytes,
    remote,
    duplicateOf: same === undefined || same.slug === slug ? undefined : same.slug,
  };
}

const NO_SIDECAR = { sidecar: undefined, warnings: [] } as const;

/** As a plan has it. */
export function withoutBody({ body: _, ...file }: LoadedSubtitle): SubtitleFile {
  return file;
}

/** The slug for a film's file name; names without a single Latin letter or digit get one of their own. */
export function slugOf(path: string, fingerprint: string): string {
  const own = makeSlug(stripFilmExtension(basename(path)));
  return own === '' ? `movie-${fingerprint.slice(3, 11)}` : own;
}

/** A slug that was asked for. Throws `usage` for what is none. */
export function demandSlug(slug: string): string {
  if (isSlug(slug)) return slug;
  throw new IngestError('usage', {
    what: `"${cleanText(slug, { maxLength: 100 })}" cannot be a slug`,
    why: 'A slug is made of a-z and 0-9 with single hyphens between, at most 80 characters.',
    fix: `Try --slug ${makeSlug(slug) || 'my-film'}`,
  });
}

type Known = Readonly<{
  fingerprint: string;
  /** A document of the same content; one of them, where there are several. */
  same: CatalogDocument | undefined;
  catalog: Pick<Catalog, 'findBySlug'>;
}>;

async function chooseSlug(
  { path, slug }: IngestRequest,
  { fingerprint, same, catalog }: Known,
): Promise<string> {
  if (slug !== undefined) return demandSlug(slug);
  const own = slugOf(path, fingerprint);
  if (same === undefined || same.slug === own) return own;
  // In a second time on purpose, under its own name: that one is meant.
  if (sourceOf(await catalog.findBySlug(own))['duplicate_of'] === same.slug) return own;
  // The very file that went in under a chosen slug: a loop without the flag means the same film.
  if (fileNameOf(same) === shownName(path)) return same.slug;
  throw new IngestError('usage', {
    what: `${shownName(path)} is the same film as ${same.slug}, which is in already`,
    why: `Size and content are equal; it was ingested from ${fileNameOf(same) ?? 'another file'}.`,
    fix: `Nothing needs to be done. To have it twice: --slug ${own}`,
  });
}

function refuseOther(
  { path, slug: asked }: IngestRequest,
  slug: string,
  fingerprint: string,
  inPlace: CatalogDocument | undefined,
): void {
  const theirs = sourceOf(inPlace)['fingerprint'];
  if (typeof theirs !== 'string' || theirs === fingerprint) return;
  throw anotherFilm({ path, slug, isChosen: asked !== undefined, theirFile: fileNameOf(inPlace) });
}

/** The error for a slug that another film has, whether the catalogue or the store knows it. */
export function anotherFilm(
  options: Readonly<{
    path: string;
    slug: string;
    isChosen: boolean;
    theirFile: string | undefined;
  }>,
): IngestError {
  const { path, slug, isChosen, theirFile } = options;
  return new IngestError('usage', {
    what: `the slug ${slug} belongs to another film`,
    why: `It was ingested from ${theirFile ?? 'another file'}; ${shownName(path)} has other content.`,
    fix: `${isChosen ? 'Choose another slug' : `Give this one a name of its own: --slug ${slug}-2`}. To replace that film: --force`,
  });
}

function sourceOf(document: CatalogDocument | undefined): Readonly<Record<string, unknown>> {
  const source = document?.['source'];
  return typeof source === 'object' && source !== null ? (source as Record<string, unknown>) : {};
}

function fileNameOf(document: CatalogDocument | undefined): string | undefined {
  const name = sourceOf(document)['filename'];
  return typeof name === 'string' ? name : undefined;
}

function shownName(path: string): string {
  return cleanText(basename(path), { maxLength: 255 });
}
