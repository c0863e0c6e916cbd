import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from '../config/closest.ts';
import { type ListedSetting, listConfigFiles, listSettings } from '../config/list-settings.ts';
import { SETTINGS } from '../config/setting-table.ts';
import { type ExitName, IngestError } from '../errors.ts';
import { padText } from '../lib/fit-text.ts';
import { printable } from '../ui/printable.ts';
import { runSecretCommand } from './run-secret-command.ts';
import type { CommonFlags, Session } from './session.ts';

const SCHEMA = join(import.meta.dirname, '../../docs/config.schema.json');

export type ConfigMatter = 'path' | 'get' | 'schema';

type Asked = Readonly<{ flags: CommonFlags; session: Session }>;

/** `movie-ingest config path|get|schema`. */
export async function runConfig(
  what: ConfigMatter,
  name: string | undefined,
  { flags, session }: Asked,
): Promise<ExitName> {
  if (what === 'get') return getSettings(name, flags, session);
  if (name !== undefined) {
    throw new IngestError('usage', { what: `config ${what} takes no name` });
  }
  return what === 'path' ? tellFiles(flags, session) : tellSchema(flags, session);
}

/** `movie-ingest config path`: the files that settings are read from, the strongest first. */
async function tellFiles(flags: CommonFlags, session: Session): Promise<ExitName> {
  const places = await listConfigFiles(await sourcesOf(flags, session));
  session.print(
    session.isJson
      ? places.map((it) => `${JSON.stringify({ type: 'configFile', ...it })}\n`).join('')
      : places
          .map(({ what, path, exists }) => {
            const state = exists ? 'there' : 'not there';
            return `${padText(what, 12)} ${padText(state, 9)} ${printable(path)}\n`;
          })
          .join(''),
  );
  return 'ok';
}

/**
 * `movie-ingest config get [name]`: every setting with its value and where that comes from; of one
 * setting the value alone on stdout and its place on stderr. Secrets are never shown, only their place.
 * Exit `usage` for one that is not set.
 */
async function getSettings(
  name: string | undefined,
  flags: CommonFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await listSettings({
    ...(await sourcesOf(flags, session)),
    flags,
    runCommand: runSecretCommand,
  });
  const asked =
    name === undefined
      ? settings
      : settings.filter((it) => it.name === name || it.variable === name);
  const [only] = asked;
  if (only === undefined) throw unknownSetting(name ?? '');
  if (session.isJson) {
    session.print(asked.map((it) => `${JSON.stringify({ type: 'setting', ...it })}\n`).join(''));
  } else if (name === undefined) {
    session.print(asked.map(settingLine).join(''));
  } else {
    printOne(only, flags, session);
  }
  return 'ok';
}

/** `movie-ingest config schema`: the JSON schema of config files, for editors. */
async function tellSchema(flags: CommonFlags, session: Session): Promise<ExitName> {
  await session.openBare(flags);
  session.print(await readFile(SCHEMA, 'utf8'));
  return 'ok';
}

async function sourcesOf(flags: CommonFlags, session: Session) {
  const { variables } = await session.openBare(flags);
  return { env: variables, cwd: session.cwd, platform: process.platform };
}

function settingLine({ name, value, isSecret, origin }: ListedSetting): string {
  const shown = isSecret && origin !== undefined ? '(not shown)' : (value ?? '(not set)');
  const from = origin === undefined ? '' : `   ${printable(origin)}`;
  return `${padText(name, 20)} ${padText(printable(shown), 28)}${from}`.trimEnd().concat('\n');
}

function printOne(setting: ListedSetting, flags: CommonFlags, session: Session): void {
  const { name, variable, value, isSecret, origin } = setting;
  if (origin === undefined) {
    throw new IngestError('usage', { what: `${name} is not set`, fix: `Set ${variable}` });
  }
  if (isSecret) {
    throw new IngestError('usage', {
      what: `${name} is set, but secrets are not shown`,
      why: `It comes from ${origin}`,
    });
  }
  session.print(`${printable(value ?? '')}\n`);
  if (flags.quiet !== true) session.stderr.write(`${printable(origin)}\n`);
}

function unknownSetting(name: string): IngestError {
  const names = SETTINGS.map((row) => row.name);
  const meant = closest(name, names);
  return new IngestError('usage', {
    what: `there is no setting called ${printable(name)}`,
    fix: meant === undefined ? 'See all: movie-ingest config get' : `Did you mean ${meant}?`,
  });
}
