import { digitsOf, INBOX, stagedDigits } from '../sources/inbox-key.ts';
import type { LibraryContext } from './context.ts';
import type { SyncRequest } from './sync.ts';
import type { Tally } from './tally.ts';

/** A film that was staged and never made: the queue that knew of it has forgotten it by now. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;

/**
 * Row 16: films in the inbox (`add --stage`) that are in the library, and those that nobody has made for
 * a month. What else somebody keeps below `inbox/` is not looked at.
 */
export async function settleInbox(
  { allowed, check, slugs }: SyncRequest,
  { store, catalog, signal, commandHere }: LibraryContext,
  tally: Tally,
): Promise<void> {
  if (slugs.length > 0) return;
  const staged = await listStaged(store, signal);
  const old = staged.filter(({ modifiedAtMs }) => allowed.nowMs - modifiedAtMs >= allowed.graceMs);
  if (old.length === 0) return;
  const published = await publishedFilms(catalog);
  const mayGo = allowed.prune && !check;
  for (const { key, digits, modifiedAtMs } of old) {
    const isIn = published.has(digits);
    if (!isIn && allowed.nowMs - modifiedAtMs < FORGOTTEN_MS) continue;
    if (mayGo) await store.remove([key], { signal });
    tally.loose({
      mark: '+',
      slug: key.slice(key.lastIndexOf('/') + 1).replace(/\.[^.]*$/, ''),
      key,
      row: 16,
      kind: 'staged film',
      detail: isIn
        ? 'it waits in the inbox, and is in the library'
        : 'nobody has made it for a month',
      done: mayGo,
      ...(mayGo ? {} : { fix: commandHere('sync', '--prune') }),
    });
  }
}

type StagedObject = Readonly<{ key: string; digits: string; modifiedAtMs: number }>;

async function listStaged(
  store: LibraryContext['store'],
  signal: AbortSignal,
): Promise<readonly StagedObject[]> {
  const staged: StagedObject[] = [];
  for await (const { key, modifiedAtMs } of store.list(INBOX, { signal })) {
    const digits = stagedDigits(key);
    if (digits !== undefined) staged.push({ key, digits, modifiedAtMs });
  }
  return staged;
}

async function publishedFilms(catalog: LibraryContext['catalog']): Promise<ReadonlySet<string>> {
  const films = new Set<string>();
  for await (const document of catalog.list()) {
    const source = document['source'] as { fingerprint?: unknown } | undefined;
    const isIn = document['status'] === 'ready' || document['status'] === undefined;
    if (isIn && typeof source?.fingerprint === 'string') films.add(digitsOf(source.fingerprint));
  }
  return films;
}
