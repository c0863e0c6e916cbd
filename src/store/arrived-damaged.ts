import { StoreFailure } from './store-failure.ts';

/** What was sent and what the store says it has are not the same: worth sending again, a few times. */
export function arrivedDamaged(what: string): StoreFailure {
  return new StoreFailure('damaged', 'store', {
    what: `${what} did not arrive unharmed`,
    why: 'its MD5 differs from that of the bytes that were sent',
    fix: 'Run the same command again. If it comes back, test the memory and the network of this machine.',
  });
}
