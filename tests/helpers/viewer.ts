import { dirname, posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listReferences } from '../../src/hls/read-playlist.ts';
import type { Store } from '../../src/model/store.ts';

export type Viewing = Readonly<{
  /** How often a whole tree was walked. */
  walks: number;
  /** Masters that were seen, in order of appearance, each once. */
  masters: readonly string[];
  /** Objects that a playlist led to and that were not there. */
  holes: readonly string[];
}>;

export type ViewerOptions = Readonly<{
  /** Between two walks. Default 0: as fast as the machine can, which is all of a core. */
  pauseMs?: number;
  /** Whether the catalogue has the film: what the app shows must play. */
  isListed?: () => boolean | Promise<boolean>;
  /** When the store is given up. Default ten minutes. */
  limitMs?: number;
}>;

/**
 * Somebody who keeps asking for a film: the master, its playlists, every segment of them, over and
 * over until told to stop, and once more then: what stands at the end has been seen, however late the
 * last change came. What a playlist or the catalogue names must be there at the moment it is read.
 */
export function startViewer(
  store: Store,
  masterKey: string,
  { pauseMs = 0, isListed = () => false, limitMs = 600_000 }: ViewerOptions = {},
): { stop: () => Promise<Viewing> } {
  const signal = AbortSignal.timeout(limitMs);
  const masters: string[] = [];
  const holes: string[] = [];
  /** Immutable and seen before: asking again for thousands of them would show nothing new. */
  const present = new Set<string>();
  let walks = 0;
  let isOver = false;

  const demand = async (key: string, from: string): Promise<string | undefined> => {
    const body = await store.get(key, { signal });
    if (body === undefined) holes.push(`${key}, named by ${from}`);
    return body?.toString();
  };
  const walk = async (): Promise<void> => {
    const mustPlay = await isListed();
    const master = (await store.get(masterKey, { signal }))?.toString();
    if (master === undefined) {
      if (mustPlay) holes.push(`${masterKey}, named by the document`);
      return;
    }
    if (!masters.includes(master)) masters.push(master);
    for (const uri of listReferences(master)) {
      const playlistKey = posix.join(dirname(masterKey), uri);
      const playlist = await demand(playlistKey, masterKey);
      if (playlist === undefined) continue;
      for (const segment of listReferences(playlist)) {
        const key = posix.join(dirname(playlistKey), segment);
        if (present.has(key)) continue;
        if ((await demand(key, playlistKey)) !== undefined) present.add(key);
      }
    }
    walks += 1;
  };
  const watching = (async () => {
    while (!isOver) {
      await walk();
      await delay(pauseMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      await walk();
      return { walks, masters, holes };
    },
  };
}
