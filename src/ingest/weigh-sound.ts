import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import { measureMade } from '../ffmpeg/loudness/measure-loudness.ts';
import { Feed } from '../lib/feed.ts';
import type { Loudness } from '../model/loudness.ts';
import type { Plan } from '../model/plan.ts';
import type { Segment } from '../model/segment.ts';
import type { IngestContext } from './context.ts';

/** How loud the sound of a film came out, measured while it is being encoded. */
export type SoundScale = Readonly<{
  /** A segment that is final, in order within its rendition. Its file stays until `finish`. */
  add: (segment: Pick<Segment, 'rendition' | 'index' | 'path' | 'init'>) => void;
  /** When all were added: by rendition. One that could not be measured is not among them. */
  finish: () => Promise<ReadonlyMap<string, Loudness>>;
  /** Ends what still runs. */
  close: () => Promise<void>;
}>;

/** Decoders at once; renditions beyond wait for their turn, as files. */
const AT_ONCE = 3;

export function openSoundScale(
  { audio, container }: Pick<Plan, 'audio' | 'container'>,
  { tools, signal }: Pick<IngestContext, 'tools' | 'signal'>,
): SoundScale {
  const stop = new AbortController();
  const limit = pLimit(AT_ONCE);
  const lanes = audio.map(({ name }) => {
    const feed = new Feed<Buffer | string>();
    const measured = limit(() =>
      measureMade({
        tools,
        container,
        pieces: read(feed),
        signal: AbortSignal.any([signal, stop.signal]),
      }),
    );
    measured.catch(() => {}); // thrown by finish
    return { name, feed, measured };
  });
  return {
    add: ({ rendition, index, path, init }) => {
      const feed = lanes.find(({ name }) => name === rendition)?.feed;
      if (index === 0 && init !== undefined) feed?.add(init.body);
      feed?.add(path);
    },
    finish: async () => {
      for (const { feed } of lanes) feed.end();
      const all = await Promise.all(
        lanes.map(async ({ name, measured }) => [name, await measured] as const),
      );
      return new Map(all.flatMap(([name, loudness]) => (loudness ? [[name, loudness]] : [])));
    },
    close: async () => {
      stop.abort();
      for (const { feed } of lanes) feed.end();
      await Promise.allSettled(lanes.map(({ measured }) => measured));
    },
  };
}

async function* read(pieces: AsyncIterable<Buffer | string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield typeof piece === 'string' ? await readFile(piece) : piece;
}
