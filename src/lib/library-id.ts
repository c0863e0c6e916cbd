import { createHash } from 'node:crypto';

/**
 * Short name of a store and a catalogue together, for what is kept on this machine about them: the
 * outbox of one library must never be delivered to another.
 */
export function libraryId(
  store: Readonly<{ name: string }>,
  catalog: Readonly<{ name: string }>,
): string {
  return createHash('sha256')
    .update(JSON.stringify([store.name, catalog.name]))
    .digest('hex')
    .slice(0, 12);
}
