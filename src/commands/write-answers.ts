import path from 'node:path';
import { type ConfigChange, changeConfig, type NewValue } from '../config/change-config.ts';
import type { Layer } from '../config/layer.ts';
import { readConfigObject } from '../config/read-config-object.ts';
import { readSources } from '../config/read-sources.ts';
import { resolvePath } from '../config/resolve-path.ts';
import { saveConfig } from '../config/save-config.ts';
import {
  SETTINGS,
  type SettingName,
  type SettingRow,
  variableOf,
} from '../config/setting-table.ts';
import type { Question } from '../config/setup-questions.ts';
import { IngestError } from '../errors.ts';
import type { HomeFolders } from '../lib/home-folders.ts';
import { printable } from '../ui/printable.ts';
import type { Setup } from './setup.ts';

type Answers = Readonly<{
  values: Layer;
  /** As they stood before secrets were fetched: a secret that a command prints is not copied. */
  given: Layer;
  /** What need not be written, as it is so by default. */
  defaults: Partial<Readonly<Record<SettingName, string>>>;
  folders: HomeFolders;
}>;

/** What the config file is to say about these questions; undefined: nothing. */
export function answersToWrite(
  questions: readonly Question[],
  { values, given, defaults, folders }: Answers,
): readonly (readonly [SettingName, NewValue])[] {
  return questions.map(({ name }) => {
    const found = values.get(name);
    if (found === undefined || found.value === defaults[name]) return [name, undefined];
    const { via } = found;
    const original = via === undefined ? found : (given.get(name) ?? found);
    const value = isPath(name) || via === 'file' ? resolvePath(original, folders) : original.value;
    if (value === defaults[name]) return [name, undefined];
    return [name, via === undefined ? { value } : { value, via }];
  });
}

function isPath(name: SettingName): boolean {
  return (SETTINGS as readonly SettingRow[]).some(
    (row) => row.name === name && row.isPath === true,
  );
}

/**
 * Writes what is new into the user's file, and asks before anything there is replaced or removed; where
 * nobody is asked, `--yes` must have said so. Then names what stands elsewhere and wins over the file.
 */
export async function writeAnswers(
  file: string,
  news: ReadonlyMap<SettingName, NewValue>,
  setup: Setup,
): Promise<void> {
  const { session, asker, flags } = setup;
  const { config, changes } = changeConfig(await readConfigObject(file), news);
  const losses = changes.filter(({ kind }) => kind !== 'new');
  if (losses.length > 0 && flags.yes !== true) await demandYes(file, losses, setup);
  session.signal.throwIfAborted();
  if (changes.length > 0) await saveConfig(file, config);
  const told =
    changes.length === 0
      ? `${file} says all of it already`
      : `Written to ${file}, which only you can read: ${changes.map(({ name }) => name).join(', ')}`;
  if (asker !== undefined) asker.say(told);
  else if (!session.isJson && flags.quiet !== true) session.stderr.write(`${printable(told)}\n`);
  if (session.isJson) {
    session.print(`${JSON.stringify({ type: 'configWritten', path: file, changes })}\n`);
  }
  await tellStronger(file, news, setup);
}

async function demandYes(
  file: string,
  losses: readonly ConfigChange[],
  { asker }: Setup,
): Promise<void> {
  const names = losses.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  if (asker === undefined) {
    throw new IngestError('usage', {
      what: `${file} says something else already: ${names}`,
      fix: 'Add --yes to replace it; the rest of the file stays',
    });
  }
  asker.warn(`${file} says something else already: ${names}`);
  const answer = await asker.choose({
    ask: 'Replace it?',
    choices: [
      { value: 'yes', label: 'Yes', hint: 'the rest of the file stays' },
      { value: 'no', label: 'No', hint: 'nothing is written' },
    ],
    before: 'yes',
  });
  if (answer === 'no') throw new IngestError('usage', { what: 'nothing was written' });
}

/** The environment, `.env` and a project file win over the user's file: then it has no effect here. */
async function tellStronger(
  file: string,
  news: ReadonlyMap<SettingName, NewValue>,
  { session, options, folders, asker }: Setup,
): Promise<void> {
  const { values } = await readSources({ ...options, flags: {} }, folders);
  const ours = `${path.basename(file)}: `;
  for (const [name, wanted] of news) {
    const found = values.get(name);
    if (found === undefined || found.origin.startsWith(ours)) continue;
    if (wanted !== undefined && found.value === wanted.value) continue;
    const message = `${variableOf(name)} (${found.place}) wins over what was written`;
    const fix = 'Remove it there, or mend it';
    if (asker === undefined) session.report({ type: 'warning', message, fix });
    else asker.warn(`${message}. ${fix}`);
  }
}
