import { publicUrl } from '../model/store.ts';
import { keys } from '../plan/keys.ts';
import { type Allowed, decide, type Finding } from '../reconcile/decide.ts';
import { checkBytes } from './check-bytes.ts';
import { checkPublic } from './check-public.ts';
import { checkTree } from './check-tree.ts';
import type { LibraryContext } from './context.ts';
import { lookAtAll, watchLibrary } from './look-at-all.ts';
import type { Film } from './look-at-film.ts';
import { runAppleValidator } from './run-apple-validator.ts';
import { Tally } from './tally.ts';

export type VerifyRequest = Readonly<{
  /** All films when empty. */
  slugs: readonly string[];
  /** Reads every byte and puts the film through the gate again. */
  deep: boolean;
  /** Fetches through the public address too. */
  viaPublicUrl: boolean;
  nowMs: number;
}>;

/**
 * Holds each film against its manifest: every object, the tree below the master, the document; and tells
 * what is damaged and which one command mends it. Writes nothing. A film that a run is at work on is left
 * alone.
 */
export async function verify(request: VerifyRequest, context: LibraryContext): Promise<Tally> {
  await context.reachStore();
  const watch = await watchLibrary(context, { withHeaders: false });
  const tally = new Tally(context);
  const check = async (film: Film) => ({ film, findings: await checkFilm(film, request, context) });
  for await (const { film, findings } of lookAtAll({ ...request, watch }, context, check)) {
    tally.film(film, { findings, done: new Set(), isDeferred: false });
  }
  return tally;
}

async function checkFilm(
  film: Film,
  request: VerifyRequest,
  context: LibraryContext,
): Promise<readonly Finding[]> {
  const { state, slug } = film;
  if (state.isBusy) return [];
  const found = decide(state, nothingBut(request)).filter(({ isDrift }) => isDrift);
  const { store } = state;
  const isGone = store.master === 'absent' || store.manifest !== 'there';
  if (isGone || store.deletedAtMs !== undefined) return found;
  const { deep, viaPublicUrl, slugs } = request;
  const readsPlaylists = deep || slugs.length > 0;
  const url = publicUrl(context.store, keys.master(slug));
  return [
    ...found,
    ...(await checkBytes(film, { deep }, context)),
    ...(await checkTree(film, { readsPlaylists }, context)),
    ...(viaPublicUrl ? await checkPublic(film, context) : []),
    ...((viaPublicUrl ? await runAppleValidator(url, context.signal) : undefined) ?? []),
  ];
}

function nothingBut({ nowMs }: VerifyRequest): Allowed {
  return {
    rebuild: false,
    repair: false,
    prune: false,
    purge: false,
    rewriteUrls: false,
    fixHeaders: false,
    graceMs: 0,
    nowMs,
  };
}
