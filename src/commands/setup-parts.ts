import type { Layer } from '../config/layer.ts';
import { type Problem, throwProblems } from '../config/problem.ts';
import { bucketMistakes, readPublicUrl } from '../config/read-bucket.ts';
import { readCatalog } from '../config/read-catalog.ts';
import { readPlain } from '../config/read-plain.ts';
import { DEFAULT_PUBLIC_URL, readStore } from '../config/read-store.ts';
import { MONGO_QUESTIONS, STORE_QUESTIONS } from '../config/setup-questions.ts';
import type { StoreSettings } from '../model/settings.ts';
import { findJurisdiction } from './find-jurisdiction.ts';
import type { Part } from './settle-part.ts';
import type { Setup } from './setup.ts';
import { tryCatalog } from './try-catalog.ts';
import { tryPublicUrl } from './try-public-url.ts';
import { tryStore } from './try-store.ts';

type Known = Readonly<{ given: Layer; defaults: Part['defaults'] }>;

type Tried = Readonly<{ store: StoreSettings; warnings: readonly string[] }>;

/** Where films go: a folder, or a bucket of one of the providers. */
export function storePart(
  kind: StoreSettings['kind'],
  setup: Setup,
  { given, defaults }: Known,
): Part {
  const { session, asker, folders } = setup;
  const { signal } = session;
  const read = (values: Layer): Tried => {
    const problems: Problem[] = [];
    const { libraryDir } = readPlain(values, { folders, problems });
    const named = new Map(values).set('store', place(kind));
    const { settings, warnings } = readStore(named, { libraryDir, problems });
    throwProblems(problems);
    return { store: settings, warnings: warnings.map(({ message, fix }) => `${message}. ${fix}`) };
  };
  const tryIt = async (values: Layer): Promise<string> => {
    const { store, warnings } = read(values);
    await session.hideSecretsOf({ store, catalog: NO_CATALOG, linkKey: undefined });
    for (const warning of warnings) asker?.warn(warning);
    asker?.say('Trying the store …');
    return tryStore(store, signal);
  };
  const attempt = async (values: Layer): Promise<Layer> => {
    try {
      const name = await tryIt(values);
      asker?.say(`${name}: list, put, read and delete work`);
    } catch (error) {
      const elsewhere = await findJurisdiction(read(values).store, error, (it) =>
        tryStore(it, signal),
      );
      if (elsewhere === undefined) throw error;
      asker?.say(`The bucket is in the jurisdiction ${elsewhere}`);
      return attempt(new Map(values).set('r2.jurisdiction', place(elsewhere)));
    }
    await tellViewers(read(values).store, setup);
    return values;
  };
  return {
    // Whoever names an endpoint needs no account id.
    questions: STORE_QUESTIONS[kind].filter(
      ({ name }) => !(name === 'r2.accountId' && given.has('r2.endpoint')),
    ),
    defaults,
    mistakes: (values) => (kind === 'folder' ? urlMistakes(values) : bucketMistakes(values, kind)),
    attempt,
  };
}

/** What viewers would get. A preview that does not run now is as it should be. */
async function tellViewers(store: StoreSettings, { asker, session }: Setup): Promise<void> {
  if (store.publicBaseUrl === DEFAULT_PUBLIC_URL) return;
  const fault = await tryPublicUrl(store, session.signal);
  if (fault === undefined) {
    asker?.say(`${store.publicBaseUrl}: viewers get what is in the store`);
    return;
  }
  const text = `${fault.what}: ${fault.why}`;
  const fix = fault.isRefused
    ? 'As it must be for links that expire; else make it public (movie-ingest deliver says how), then: movie-ingest doctor --public'
    : 'Films can go in already. Connect the address to the bucket (movie-ingest deliver says how), then: movie-ingest doctor --public';
  if (asker === undefined) session.report({ type: 'warning', message: text, fix });
  else asker.warn(`${text}\n${fix}`);
}

/** Where documents go: MongoDB. */
export function catalogPart({ session, asker, folders }: Setup): Part {
  const mistakes = (values: Layer): Problem[] => {
    const problems: Problem[] = [];
    if (values.has('mongodb.uri')) readCatalog(values, { libraryDir: '', problems });
    return problems;
  };
  return {
    questions: MONGO_QUESTIONS,
    defaults: {},
    mistakes,
    attempt: async (values) => {
      const problems: Problem[] = [];
      const { libraryDir } = readPlain(values, { folders, problems });
      const { settings } = readCatalog(values, { libraryDir, problems });
      throwProblems(problems);
      await session.hideSecretsOf({ store: NO_STORE, catalog: settings, linkKey: undefined });
      asker?.say('Trying the catalogue …');
      const name = await tryCatalog(settings, session.signal);
      asker?.say(`${name}: reads and writes work`);
      return values;
    },
  };
}

const NO_CATALOG = { kind: 'folder', dir: '' } as const;
const NO_STORE = { kind: 'folder', dir: '', publicBaseUrl: '' } as const;

function urlMistakes(values: Layer): readonly Problem[] {
  const problems: Problem[] = [];
  readPublicUrl(values, 'publicUrl', problems);
  return problems;
}

function place(value: string) {
  return { value, origin: 'init', place: 'init', baseDir: '/' };
}
