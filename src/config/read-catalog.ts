import path from 'node:path';
import { findMongoUriMistake } from '../lib/find-mongo-uri-mistake.ts';
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
  const uriProblem = findMongoUriMistake(uri.value);
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
