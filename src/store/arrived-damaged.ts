import { StoreFailure } from './store-failure.ts';

/** What was sent and what the store says it has are not the same: worth sending again, a few times. */
export function arrivedDamaged(what: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `${what} did not arrive unharmed`,
    why: 'its MD5 differs from that of the bytes that were sent',
    fix: 'Run the same command again. If it comes back, test the memory and the network of this machine.',
  });
}

/** What was read is not what the store tells of: a bad line, or an object that has rotted. */
export function readDamaged(key: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `${key} as read did not arrive unharmed`,
    why: 'its MD5 differs from the one that the store tells for it: by a bad line, or as the object itself has rotted',
    fix: 'Run the same command again. If it comes back, movie-ingest verify --deep finds what is damaged, and add --force makes the film anew.',
  });
}
