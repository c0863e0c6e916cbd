import { homeFolders } from '../lib/home-folders.ts';
import type { Settings } from '../model/settings.ts';
import { type Problem, throwProblems } from './problem.ts';
import { readCatalog } from './read-catalog.ts';
import { readLinkKey } from './read-link-key.ts';
import { plainOrigins, readPlain } from './read-plain.ts';
import { readQueue } from './read-queue.ts';
import { type LoadOptions, readSources } from './read-sources.ts';
import { readStore } from './read-store.ts';
import { resolveSecrets } from './resolve-secrets.ts';

/**
 * Merges, setting by setting, flags > environment > `.env` in `cwd` > project file (in `cwd` or the
 * nearest folder above) > user file > defaults, and checks the result. An empty value is not set.
 * Reads files, starts the commands that secrets come from, writes nothing, asks no server. Throws IngestError `usage`: first with
 * all the mistakes that single files have, then, when they have none, with all that the merged values
 * have. Messages name settings and places, never values of a store or database.
 */
export async function loadSettings(options: LoadOptions): Promise<Settings> {
  const folders = homeFolders(options);
  const { values: found, warnings } = await readSources(options, folders);
  const problems: Problem[] = [...found.values()].flatMap(({ problem }) => problem ?? []);
  const values = await resolveSecrets(found, { ...options, folders, problems });
  const plain = readPlain(values, { folders, problems });
  const store = readStore(values, { libraryDir: plain.libraryDir, problems });
  const catalog = readCatalog(values, { libraryDir: plain.libraryDir, problems });
  const linkKey = readLinkKey(values, problems);
  const queue = readQueue(values, problems);
  throwProblems(problems);
  return {
    ...plain,
    store: store.settings,
    catalog: catalog.settings,
    linkKey,
    queueUrl: queue.url,
    origins: {
      ...plainOrigins(values),
      ...store.origins,
      ...catalog.origins,
      linkKey: values.get('link.keyId')?.origin ?? 'default',
      queueUrl: values.get('queue')?.origin ?? 'default',
    },
    warnings: [...warnings, ...store.warnings, ...queue.warnings],
  };
}
