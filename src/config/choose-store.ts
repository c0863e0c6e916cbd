import type { StoreSettings } from '../model/settings.ts';
import type { Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import { type SettingName, variableOf } from './setting-table.ts';

type StoreKind = StoreSettings['kind'];
type BucketKind = Exclude<StoreKind, 'folder'>;

const KINDS = ['folder', 'r2', 'b2', 's3'] as const satisfies readonly StoreKind[];

export const STORE_LABELS: Readonly<Record<BucketKind, string>> = {
  r2: 'R2',
  b2: 'B2',
  s3: 'S3',
};

/**
 * Which store: the one that `store` names, else the one that anything is configured of, else the
 * folder. Two at once are a mistake: guessing would put a film where nobody looks for it. Undefined
 * when `problems` has grown.
 */
export function chooseStore(values: Layer, problems: Problem[]): StoreKind | undefined {
  const named = values.get('store');
  if (named !== undefined) {
    const kind = KINDS.find((known) => known === named.value);
    if (kind === undefined) {
      problems.push({
        what: `${nameSource('store', named)} names no kind of store`,
        fix: `Known are ${KINDS.join(', ')}`,
      });
    }
    return kind;
  }
  const configured = (['r2', 'b2', 's3'] as const).filter((kind) => setOf(values, kind).length > 0);
  if (configured.length < 2) return configured[0] ?? 'folder';
  const labels = configured.map((kind) => STORE_LABELS[kind]);
  problems.push({
    what: `${labels.length === 2 ? 'Two' : 'Three'} stores are configured: ${labels.join(' and ')}`,
    why: configured.map((kind) => listSet(values, kind)).join('; '),
    fix: `Choose with ${configured.map((kind) => `--store ${kind}`).join(' or ')} (or MOVIE_INGEST_STORE, or "store" in a config file), or remove the others' values`,
  });
  return undefined;
}

/**
 * True when all `required` are there. Else the problem names every missing one and where the others
 * stand: a film must never go quietly to the folder because one of five values is missing.
 */
export function isComplete(
  values: Layer,
  { kind, required }: Readonly<{ kind: BucketKind; required: readonly SettingName[] }>,
  problems: Problem[],
): boolean {
  const missing = required.filter((name) => !values.has(name)).map(variableOf);
  if (missing.length === 0) return true;
  const label = STORE_LABELS[kind];
  const isEmpty = setOf(values, kind).length === 0;
  problems.push({
    what: `${label} is ${isEmpty ? 'not' : 'only half'} configured: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    why: isEmpty ? `${label} was chosen with \`store\`` : `Set so far: ${listSet(values, kind)}`,
    fix: `Set ${missing.join(', ')}, or take the folder store with --store folder`,
  });
  return false;
}

function listSet(values: Layer, kind: BucketKind): string {
  return setOf(values, kind)
    .map(([name, found]) => nameSource(name, found))
    .join(', ');
}

function setOf(values: Layer, kind: BucketKind) {
  return [...values].filter(([name]) => name.startsWith(`${kind}.`));
}
