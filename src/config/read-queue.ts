import type { SettingsWarning } from '../model/settings.ts';
import type { Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';

/** Valkey speaks the same; its own scheme is what its users write. */
const SCHEMES = ['redis:', 'rediss:', 'valkey:', 'valkeys:'];

type QueueReading = Readonly<{
  /** Undefined when none is given, or when `problems` has grown. */
  url: string | undefined;
  warnings: readonly SettingsWarning[];
}>;

/** The address of the queue. Says nothing of its value: a password may stand in it. */
export function readQueue(values: Layer, problems: Problem[]): QueueReading {
  const found = values.get('queue');
  if (found === undefined) return { url: undefined, warnings: [] };
  const url = URL.canParse(found.value) ? new URL(found.value) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hostname === '') {
    problems.push({
      what: `${nameSource('queue', found)} is no address of a Redis or Valkey`,
      fix: 'Write redis://host:6379, or rediss://host:6380 for TLS; user, colon, password and @ go in front of the host, with @ : / ? # % percent-encoded',
    });
    return { url: undefined, warnings: [] };
  }
  if (!/^\/?\d{0,5}$/.test(url.pathname)) {
    problems.push({
      what: `${nameSource('queue', found)} names a database that Redis cannot have`,
      fix: 'After the host stands a number or nothing: redis://host:6379/0',
    });
    return { url: undefined, warnings: [] };
  }
  const isTyped = found.origin.startsWith('flag ') && url.password !== '';
  return {
    url: found.value.replace(/^valkey/i, 'redis'),
    warnings: isTyped ? [PASSWORD_IN_ARGV] : [],
  };
}

const PASSWORD_IN_ARGV: SettingsWarning = {
  message:
    '--queue holds a password, which other users of this machine see in the list of processes',
  fix: 'Put the address into MOVIE_INGEST_QUEUE, or into a file that MOVIE_INGEST_QUEUE_FILE names',
};
