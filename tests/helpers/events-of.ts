import { EventLine } from '../../src/model/event-line.ts';

/** What a run with `--json` told on stdout. Fails where a line is not of the published contract. */
export function eventsOf({ stdout }: Readonly<{ stdout: string }>): readonly EventLine[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => EventLine.parse(JSON.parse(line)));
}

/** Those of one type, in order. */
export function eventsOfType<Type extends EventLine['type']>(
  run: Readonly<{ stdout: string }>,
  type: Type,
): readonly Extract<EventLine, { type: Type }>[] {
  const isAsked = (event: EventLine): event is Extract<EventLine, { type: Type }> =>
    event.type === type;
  return eventsOf(run).filter(isAsked);
}
