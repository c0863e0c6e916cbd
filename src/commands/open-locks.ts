import { join } from 'node:path';
import { processStartTime } from '../ffmpeg/process-start-time.ts';
import { acquireLock, heldLocks } from '../journal/lock.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Lock, Locks } from '../model/lock.ts';

/**
 * A lock is two: a claim in the state folder, by which a dead holder on this machine is known at once,
 * and, where other machines share the catalogue, a lease there.
 */
export function openLocks({
  stateDir,
  catalog,
}: Readonly<{ stateDir: string; catalog: Pick<Catalog, 'leases'> }>): Locks {
  const dir = join(stateDir, 'locks');
  return {
    acquire: async (request) => {
      const startedAt = performance.now();
      const claim = await acquireLock({ ...request, dir, processStartTime });
      if (catalog.leases === undefined) return claim;
      try {
        const waitMs = Math.max(0, (request.waitMs ?? 0) - (performance.now() - startedAt));
        return both(claim, await catalog.leases.acquire({ ...request, waitMs }));
      } catch (error) {
        await claim.release();
        throw error;
      }
    },
    held: async () => {
      const here = await heldLocks(dir, processStartTime);
      return new Set([...here, ...((await catalog.leases?.held()) ?? [])]);
    },
  };
}

function both(claim: Lock, lease: Lock): Lock {
  return {
    wasTakenOver: claim.wasTakenOver || lease.wasTakenOver,
    lost: AbortSignal.any([claim.lost, lease.lost]),
    demandHeld: async () => {
      await Promise.all([claim.demandHeld(), lease.demandHeld()]);
    },
    release: async () => {
      await lease.release();
      await claim.release();
    },
  };
}
