import { hostname } from 'node:os';
import { readRevision } from '../hls/read-playlist.ts';
import type { Plan } from '../model/plan.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { type FreeRevision, freeRevision } from '../publish/free-revision.ts';
import { legible } from '../store/legible.ts';
import type { FencedContext } from './context.ts';

export type BegunRevision = Pick<FreeRevision, 'takenOver'> & Readonly<{ plan: Plan }>;

/**
 * The plan under the revision that it goes to. A published one is never written again: `-2`, `-3` … is
 * what a new encode goes under then. So it is with one that was taken from a run which may be asleep:
 * that one may wake in the middle of a PUT, and no lock is asked for each segment. It is marked, for
 * everybody after us, and what it holds is copied as far as it is whole. The name was chosen under the
 * lock: who chooses while it sleeps is told that the lock is lost before it writes anything.
 */
export async function beginRevision(plan: Plan, context: FencedContext): Promise<BegunRevision> {
  const { wasTakenOver, begunHere, demandLock } = context;
  let free = await findFree(plan, context);
  if (wasTakenOver && !begunHere.has(free.revision)) {
    await markTakenOver(plan.slug, free.revision, context);
    free = await findFree(plan, context);
  }
  begunHere.add(free.revision);
  await demandLock();
  return { plan: { ...plan, revision: free.revision }, takenOver: free.takenOver };
}

async function findFree(
  { slug, revision }: Plan,
  { store, signal }: FencedContext,
): Promise<FreeRevision> {
  // What cannot be read back was published too.
  const readable = legible(store);
  const master = await readable.get(keys.master(slug), { signal });
  return freeRevision(readable, revision, {
    live: master && readRevision(master.toString('utf8')),
    manifestKey: (candidate) => keys.manifest(slug, candidate),
    takenOverKey: (candidate) => keys.takenOver(slug, candidate),
    signal,
  });
}

async function markTakenOver(
  slug: string,
  revision: string,
  { store, signal }: FencedContext,
): Promise<void> {
  const key = keys.takenOver(slug, revision);
  const by = { host: hostname(), pid: process.pid, at: new Date().toISOString() };
  const body = Buffer.from(`${JSON.stringify({ by })}\n`);
  await store.put({ key, body, ...objectHeaders(key) }, { signal });
}
