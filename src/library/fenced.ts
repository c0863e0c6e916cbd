import type { Catalog } from '../model/catalog.ts';
import type { Lock } from '../model/lock.ts';
import type { LibraryContext } from './context.ts';

type Fence = Pick<Lock, 'lost' | 'demandHeld'>;

/**
 * The same context for work under a lock: before each write to store, catalogue or outbox the lock is
 * asked for, and what is under way stops when it is lost. A command that slept through its lease, or
 * whose claim was taken for dead, so writes nothing over what the next holder does; it throws `locked`.
 */
export function fenced(context: LibraryContext, { lost, demandHeld }: Fence): LibraryContext {
  const { store, catalog, outbox } = context;
  const guarded =
    <Args extends readonly unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await demandHeld();
      return write(...args);
    };
  return {
    ...context,
    signal: AbortSignal.any([context.signal, lost]),
    store: {
      ...store,
      put: guarded(store.put),
      replace: (request, options) => store.replace({ ...request, demandHeld }, options),
      copy: guarded(store.copy),
      remove: guarded(store.remove),
      relabel: guarded(store.relabel),
      abortUpload: guarded(store.abortUpload),
    },
    catalog: {
      ...readingOf(catalog),
      upsert: (movie) => catalog.upsert(movie, { demandHeld }),
      change: guarded((change) => catalog.change(change)),
      remove: guarded((slug) => catalog.remove(slug)),
    },
    outbox: { ...outbox, put: guarded(outbox.put), remove: guarded(outbox.remove) },
  };
}

/** Catalogues are objects of classes: their methods do not come along by themselves. */
function readingOf(catalog: Catalog): Omit<Catalog, 'upsert' | 'change' | 'remove'> {
  const { name, leases } = catalog;
  return {
    name,
    ...(leases === undefined ? {} : { leases }),
    check: () => catalog.check(),
    findBySlug: (slug) => catalog.findBySlug(slug),
    findByFingerprint: (fingerprint) => catalog.findByFingerprint(fingerprint),
    list: () => catalog.list(),
    close: () => catalog.close(),
  };
}
