import type { Found, Layer } from '../config/layer.ts';
import { type Problem, throwProblems } from '../config/problem.ts';
import { resolveSecrets } from '../config/resolve-secrets.ts';
import type { SettingName } from '../config/setting-table.ts';
import { type Question, STORE_QUESTIONS } from '../config/setup-questions.ts';
import { IngestError } from '../errors.ts';
import type { StoreSettings } from '../model/settings.ts';
import type { Setup } from './setup.ts';

/** What is known of a part before anybody is asked. */
export type Gathered = Readonly<{
  /** With the secrets themselves, wherever they come from. */
  values: Layer;
  /** Those that a flag or stdin has answered. */
  answered: ReadonlySet<SettingName>;
}>;

/**
 * The answers to these questions that flags give, or else `given`: stdin, the environment, files. A secret
 * that cannot be had is asked for; where nobody is asked it is thrown.
 */
export async function gatherAnswers(
  questions: readonly Question[],
  given: Layer,
  { flags, session, options, folders, asker }: Setup,
): Promise<Gathered> {
  const found = new Map<SettingName, Found>();
  for (const { name, flag } of questions) {
    const typed = flag === undefined ? undefined : flags[flag]?.trim();
    const answer = typed
      ? typedIn(`flag ${dashed(flag ?? '')}`, typed, session.cwd)
      : given.get(name);
    if (answer !== undefined) found.set(name, answer);
  }
  const problems: Problem[] = [...found.values()].flatMap(({ problem }) => problem ?? []);
  const values = await resolveSecrets(found, { ...options, folders, problems });
  if (asker === undefined) throwProblems(problems);
  const isUsable = ({ via, problem, value }: Found, name: SettingName) =>
    problem === undefined && (via === undefined || value !== found.get(name)?.value);
  return {
    values: new Map([...values].filter(([name, value]) => isUsable(value, name))),
    answered: new Set(
      [...found].filter(([, { place }]) => /^(?:flag|stdin) /.test(place)).map(([name]) => name),
    ),
  };
}

/** Flags that answer no question of this store are a mistake: their value would be lost. */
export function demandFlagsOf(kind: StoreSettings['kind'], { flags }: Pick<Setup, 'flags'>): void {
  const known = STORE_QUESTIONS[kind].map(({ flag }) => flag);
  const all = Object.values(STORE_QUESTIONS).flat();
  const strange = all.find(
    ({ flag }) => flag && flags[flag] !== undefined && !known.includes(flag),
  );
  if (strange?.flag === undefined) return;
  throw new IngestError('usage', {
    what: `${dashed(strange.flag)} says nothing about the store ${kind}`,
    fix: 'Leave it out, or name another store with --store',
  });
}

function typedIn(origin: string, value: string, cwd: string): Found {
  return { value, origin, place: origin, baseDir: cwd };
}

function dashed(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
