import { z } from 'zod';
import { Event } from './event.ts';
import { StatusEvent } from './status-event.ts';

/** One line of `--json`: an event in its envelope. docs/events.schema.json is made from this. */
export const EventLine = z
  .object({
    /** The version of the contract: another number only if a field were renamed or removed. */
    v: z.literal(1),
    /** ISO 8601, UTC, with milliseconds. */
    t: z.iso.datetime(),
  })
  .and(z.discriminatedUnion('type', [...Event.options, StatusEvent]));

export type EventLine = z.infer<typeof EventLine>;
