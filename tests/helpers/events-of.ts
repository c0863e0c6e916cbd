import type { Event, EventOf } from '../../src/model/event.ts';
import { EventLine } from '../../src/model/event-line.ts';

/** What a run with `--json` told on stdout. Fails where a line is no event of the published contract. */
export function eventsOf({ stdout }: Readonly<{ stdout: string }>): readonly Event[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => EventLine.parse(JSON.parse(line)));
}

/** Those of one type, in order. */
export function eventsOfType<Type extends Event['type']>(
  run: Readonly<{ stdout: string }>,
  type: Type,
): readonly EventOf<Type>[] {
  return eventsOf(run).filter((event): event is EventOf<Type> => event.type === type);
}
