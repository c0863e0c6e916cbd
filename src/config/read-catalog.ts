import path from 'node:path';
import type { CatalogSettings, Origin } from '../model/settings.ts';
import type { Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';

const DEFAULT_DB = 'movies';

type CatalogReading = Readonly<{
  /** Not to be used when `problems` has grown. */
  settings: CatalogSettings;
  origins: Readonly<Record<string, Origin>>;
}>;

/** MongoDB when a URI is given, else the folder of the library; independent of the store. */
export function readCatalog(
  values: Layer,
  { libraryDir, problems }: Readonly<{ libraryDir: string; problems: Problem[] }>,
): CatalogReading {
  const mongo = readMongo(values, problems);
  const uri = values.get('mongodb.uri')?.origin ?? 'default';
  if (mongo !== undefined) {
    return {
      settings: mongo,
      origins: { 'catalog.kind': uri, 'catalog.uri': uri, 'catalog.db': dbOrigin(values) },
    };
  }
  return {
    settings: { kind: 'folder', dir: path.join(libraryDir, 'catalog') },
    origins: {
      'catalog.kind': 'default',
      'catalog.dir': values.get('library')?.origin ?? 'default',
    },
  };
}

/** Undefined when no URI is given, or when `problems` has grown. */
function readMongo(values: Layer, problems: Problem[]): CatalogSettings | undefined {
  const uri = values.get('mongodb.uri');
  const db = values.get('mongodb.db');
  if (uri === undefined) {
    if (db !== undefined) {
      problems.push({
        what: 'MongoDB is only half configured: MONGODB_URI is missing',
        why: `Set so far: ${nameSource('mongodb.db', db)}`,
        fix: 'Set MONGODB_URI, or remove the database to keep the catalogue in a folder',
      });
    }
    return undefined;
  }
  const uriProblem = checkUri(uri.value);
  if (uriProblem !== undefined) {
    const { says, fix } = uriProblem;
    problems.push({ what: `${nameSource('mongodb.uri', uri)} ${says}`, fix });
    return undefined;
  }
  const name = db?.value ?? dbInUri(uri.value) ?? DEFAULT_DB;
  if (!isDbName(name)) {
    const source = db === undefined ? nameSource('mongodb.uri', uri) : nameSource('mongodb.db', db);
    problems.push({
      what: `${source} names no possible database`,
      why: 'MongoDB allows up to 63 bytes without / \\ . " $ * < > : | ? and spaces',
      fix: 'Write a name like movies',
    });
    return undefined;
  }
  return { kind: 'mongo', uri: uri.value, db: name, collection: 'movies' };
}

function dbOrigin(values: Layer): string {
  const db = values.get('mongodb.db');
  if (db !== undefined) return db.origin;
  const uri = values.get('mongodb.uri');
  return uri !== undefined && dbInUri(uri.value) !== undefined ? uri.origin : 'default';
}

/**
 * What the driver would report in a riddle (catalog-sync-scale.md §1.3: an unescaped `@` shows up as
 * an unknown host that is a piece of the password). The URI is never quoted.
 */
function checkUri(uri: string): Readonly<{ says: string; fix: string }> | undefined {
  const authority = /^mongodb(?:\+srv)?:\/\/([^/?]*)/.exec(uri)?.[1];
  if (authority === undefined) {
    const says = 'is not a MongoDB connection string';
    return { says, fix: 'It must start with mongodb:// or mongodb+srv://' };
  }
  if (/<[^>]*>/.test(authority)) {
    return { says: 'still has a <placeholder> in it', fix: 'Put the password of the user there' };
  }
  const percentEncode =
    'Percent-encode the password: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25';
  const afterPassword = authority.slice(authority.lastIndexOf('@') + 1);
  const login = authority.slice(0, Math.max(authority.lastIndexOf('@'), 0));
  if (/[@[\]#]/.test(login) || login.split(':').length > 2 || hasLateAt(uri, authority)) {
    return { says: 'has a password with characters that must be encoded', fix: percentEncode };
  }
  if (/%(?![0-9a-f]{2})/i.test(login)) {
    return { says: 'has a % in the login that encodes nothing', fix: percentEncode };
  }
  if (afterPassword === '') return { says: 'names no host', fix: 'Write mongodb://host:27017' };
  return undefined;
}

/** `mongodb://user:pa/ss@host/db`: the authority ends at the slash, and an `@` comes behind it. */
function hasLateAt(uri: string, authority: string): boolean {
  const rest = uri.slice(uri.indexOf(authority, uri.indexOf('://')) + authority.length);
  return rest.replace(/=[^&]*/g, '').includes('@'); // the value of an option may have one
}

function dbInUri(uri: string): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(uri)?.[1];
  if (name === undefined || name === '') return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isDbName(name: string): boolean {
  return !/[/\\. "$*<>:|?\0]/.test(name) && Buffer.byteLength(name) <= 63;
}
