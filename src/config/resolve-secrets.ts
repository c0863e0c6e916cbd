import type { HomeFolders } from '../lib/home-folders.ts';
import type { Found, Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import { readTextFile } from './read-text-file.ts';
import { resolvePath } from './resolve-path.ts';
import type { SettingName } from './setting-table.ts';

/** `failure` says how it ended, in a few words of ours: what it printed may hold the secret. */
export type RunCommand = (
  command: string,
) => Promise<Readonly<{ stdout: string }> | Readonly<{ failure: string }>>;

type Resolving = Readonly<{
  folders: HomeFolders;
  runCommand: RunCommand;
  problems: Problem[];
}>;

/**
 * Fetches the secrets that stand in a file or come from a command; whitespace around them does not
 * count, as every editor and `echo` adds a line end. Those of a store that is not the one chosen are
 * left alone: a locked keychain would ask for nothing. `problems` grows by each that is not to be had.
 */
export async function resolveSecrets(values: Layer, options: Resolving): Promise<Layer> {
  const resolved = new Map(values);
  const chosen = values.get('store')?.value;
  for (const [name, found] of values) {
    if (found.via === undefined || found.problem !== undefined) continue;
    if (chosen !== undefined && isOfOtherStore(name, chosen)) continue;
    const secret = await fetchSecret(name, found, options);
    if (typeof secret === 'string') resolved.set(name, { ...found, value: secret });
    else options.problems.push(secret);
  }
  return resolved;
}

function isOfOtherStore(name: SettingName, chosen: string): boolean {
  return /^(?:r2|b2|s3)\./.test(name) && !name.startsWith(`${chosen}.`);
}

async function fetchSecret(
  name: SettingName,
  found: Found,
  { folders, runCommand }: Resolving,
): Promise<string | Problem> {
  const called = nameSource(name, found);
  if (found.via === 'command') {
    const answer = await runCommand(found.value);
    if ('failure' in answer) {
      return {
        what: `the command of ${called} ${answer.failure}`,
        fix: 'Run it by hand in the same shell: it must print the secret, and nothing else, and end with 0',
      };
    }
    return notEmpty(answer.stdout, `the command of ${called} printed nothing`);
  }
  const file = resolvePath(found, folders);
  const { found: content, problem } = await readTextFile(file, `the file of ${called}`);
  if (problem !== undefined) return problem;
  if (content === undefined) {
    return {
      what: `the file of ${called} is not there`,
      fix: 'Correct the path, or write the file',
    };
  }
  return notEmpty(content.text, `the file of ${called} is empty`);
}

function notEmpty(text: string, what: string): string | Problem {
  return text.trim() === ''
    ? { what, fix: 'It must hold the secret and nothing else' }
    : text.trim();
}
