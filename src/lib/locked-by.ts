import { IngestError } from '../errors.ts';
import { cleanText } from './clean-text.ts';

/** Who has a lock, as it is written down for others. */
export type LockHolder = Readonly<{
  pid: number;
  host: string;
  /** `ingesting phim-01`. */
  what: string;
  since: Date;
}>;

/** `locked`: says who is at it and since when. `remedy` is for a holder whose machine is gone. */
export function lockedBy(
  { pid, host, what, since }: LockHolder,
  { isHere, remedy }: Readonly<{ isHere: boolean; remedy: string }>,
): IngestError {
  const work = cleanText(what, { maxLength: 300 }); // from a file, or a server, that others write to
  const machine = cleanText(host, { maxLength: 255 });
  return new IngestError('locked', {
    what: `pid ${pid} on ${machine} is ${work} since ${since.toISOString().replace(/\.\d+Z$/, 'Z')}`,
    fix: isHere
      ? `Wait for it with --wait 2h, or stop it: kill ${pid}`
      : `Wait for it with --wait 2h. ${remedy}`,
  });
}

/** `locked`: for a run that was thought dead, as after hours of sleep, and finds another at its film. */
export function lockLost(holder: Pick<LockHolder, 'pid' | 'host'> | undefined): IngestError {
  const who =
    holder === undefined
      ? 'Another run had it meanwhile'
      : `pid ${holder.pid} on ${cleanText(holder.host, { maxLength: 255 })} has it now`;
  return new IngestError('locked', {
    what: 'this run has lost its lock, and stopped',
    why: `${who}: nothing was heard of this machine for too long, as when it sleeps.`,
    fix: 'Nothing was written since. Run the same command again; it goes on from what is there.',
  });
}
