import { text as readAll } from 'node:stream/consumers';
import type { NewValue } from '../config/change-config.ts';
import { chooseStore } from '../config/choose-store.ts';
import { parseEnvText } from '../config/env-file.ts';
import { type Layer, mergeLayers } from '../config/layer.ts';
import { userConfigFile } from '../config/list-settings.ts';
import { type Problem, throwProblems } from '../config/problem.ts';
import { readPlain } from '../config/read-plain.ts';
import { readSources } from '../config/read-sources.ts';
import { DEFAULT_PUBLIC_URL } from '../config/read-store.ts';
import type { SettingName } from '../config/setting-table.ts';
import { MONGO_QUESTIONS, STORE_QUESTIONS } from '../config/setup-questions.ts';
import { type ExitName, IngestError } from '../errors.ts';
import { homeFolders } from '../lib/home-folders.ts';
import type { StoreSettings } from '../model/settings.ts';
import { type Asker, openAsker } from '../ui/ask.ts';
import { runDoctor } from './doctor.ts';
import { demandFlagsOf, gatherAnswers } from './gather-answers.ts';
import { runSecretCommand } from './run-secret-command.ts';
import type { CommonFlags, Session } from './session.ts';
import { settlePart } from './settle-part.ts';
import type { InitFlags, Setup } from './setup.ts';
import { catalogPart, storePart } from './setup-parts.ts';
import { answersToWrite, writeAnswers } from './write-answers.ts';

/**
 * `movie-ingest init`: asks where films and documents go, or takes flags, stdin, the environment and what
 * is set already; tries each answer for real; writes the user's config file in one go, for its owner
 * alone, and leaves all else in it; then looks at everything as `doctor` does, whose exit it has. Nothing
 * is written before the last answer works. Ctrl-C: `interrupted`, and all is as it was.
 */
export async function runInit(flags: InitFlags, session: Session): Promise<ExitName> {
  const { variables: env } = await session.openBare(flags);
  const place = { env, cwd: session.cwd, platform: process.platform };
  const file = userConfigFile(place);
  if (file === undefined) throw noHome();
  const folders = homeFolders(place);
  const options = { ...place, flags, runCommand: runSecretCommand };
  const asker =
    flags.input === false || flags.fromStdin === true ? undefined : openTerminal(session);
  const setup: Setup = { flags, session, options, folders, asker };
  const plain = readPlain(new Map(), { folders, problems: [] });
  const defaults = { library: plain.libraryDir, publicUrl: DEFAULT_PUBLIC_URL };
  const given = await readGiven(setup);

  const kind = await chooseKind(given, setup);
  demandFlagsOf(kind, setup);
  const store = await gatherAnswers(STORE_QUESTIONS[kind], given, setup);
  const storeValues = await settlePart(
    storePart(kind, setup, { given: store.values, defaults }),
    store,
    setup,
  );
  let catalogValues: Layer = new Map();
  if ((await chooseCatalog(given, setup)) === 'mongodb') {
    const catalog = await gatherAnswers(MONGO_QUESTIONS, given, setup);
    catalogValues = await settlePart(catalogPart(setup), catalog, setup);
  }

  const rest = { given, defaults, folders };
  const news = new Map<SettingName, NewValue>([
    ['store', { value: kind }],
    ...answersToWrite(STORE_QUESTIONS[kind], { ...rest, values: storeValues }),
    ...answersToWrite(MONGO_QUESTIONS, { ...rest, values: catalogValues }),
  ]);
  await writeAnswers(file, news, setup);
  return runDoctor(screenFlags(flags), session);
}

/** Without the answers among the flags: what counts is what a later `add` will find. */
function screenFlags({ json, quiet, verbose, color }: InitFlags): CommonFlags {
  return {
    ...(json === undefined ? {} : { json }),
    ...(quiet === undefined ? {} : { quiet }),
    ...(verbose === undefined ? {} : { verbose }),
    ...(color === undefined ? {} : { color }),
  };
}

function noHome(): IngestError {
  return new IngestError('usage', {
    what: 'there is no place for a config file: your home folder is not known',
    fix: 'Set HOME',
  });
}

function openTerminal({ stdin, stderr, signal }: Session): Asker {
  if ((stdin as { isTTY?: boolean }).isTTY !== true || stderr.isTTY !== true) {
    throw new IngestError('usage', {
      what: 'init asks questions, and there is no terminal to ask on',
      fix: 'Give the answers as flags and environment with --no-input, or as lines NAME=value with --from-stdin: movie-ingest init --help',
    });
  }
  return openAsker({ input: process.stdin, output: process.stderr, signal });
}

/** All that is known without asking: flags of places, stdin, then all that is set. */
async function readGiven({ flags, session, options, folders }: Setup): Promise<Layer> {
  const { values } = await readSources(options, folders);
  if (flags.fromStdin !== true) return values;
  const text = await readAll(session.stdin);
  const piped = parseEnvText(text, { shownAs: 'stdin', cwd: session.cwd });
  const typed = new Map([...values].filter(([, { place }]) => place.startsWith('flag ')));
  return mergeLayers([typed, piped, values]);
}

async function chooseKind(given: Layer, { asker, flags }: Setup): Promise<StoreSettings['kind']> {
  const problems: Problem[] = [];
  const known = chooseStore(given, problems);
  if (asker === undefined) throwProblems(problems);
  if (asker === undefined || flags.store !== undefined) return known ?? 'folder';
  return asker.choose({
    ask: 'Where do films go?',
    choices: [
      { value: 'folder', label: 'A folder of this machine', hint: 'movie-ingest preview plays it' },
      { value: 'r2', label: 'Cloudflare R2' },
      { value: 'b2', label: 'Backblaze B2' },
      { value: 's3', label: 'Another S3', hint: 'AWS, MinIO, Ceph …' },
    ],
    before: known ?? 'folder',
  });
}

async function chooseCatalog(given: Layer, { asker, flags }: Setup): Promise<'folder' | 'mongodb'> {
  const known = flags.catalog ?? (given.has('mongodb.uri') ? 'mongodb' : 'folder');
  if (asker === undefined || flags.catalog !== undefined) return known;
  return asker.choose({
    ask: 'Where do their documents go?',
    choices: [
      { value: 'folder', label: 'A folder beside the films', hint: 'one JSON file a film' },
      { value: 'mongodb', label: 'MongoDB', hint: 'Atlas, or one of your own' },
    ],
    before: known,
  });
}
