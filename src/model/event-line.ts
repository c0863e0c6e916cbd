import { z } from 'zod';
import { Event } from './event.ts';

/** One line of `--json`: an event in its envelope. docs/events.schema.json is made from this. */
export const EventLine = z
  .object({
    /** The version of the contract: another number only if a field were renamed or removed. */
    v: z.literal(1),
    /** ISO 8601, UTC, with milliseconds. */
    t: z.iso.datetime(),
  })
  .and(Event);

export type EventLine = z.infer<typeof EventLine>;
