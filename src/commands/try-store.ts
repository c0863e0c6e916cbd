import type { StoreSettings } from '../model/settings.ts';
import { checkStore } from '../store/check-store.ts';
import { openStore } from '../store/open-store.ts';

/** Lists, puts, reads back and deletes a tiny object. Answers with the store's name; throws what is wrong. */
export async function tryStore(settings: StoreSettings, signal: AbortSignal): Promise<string> {
  const store = await openStore(settings, { concurrency: 1 });
  try {
    await checkStore(store, { prefix: 'videos/', signal });
    return store.name;
  } finally {
    await store.close();
  }
}
