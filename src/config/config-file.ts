import { access } from 'node:fs/promises';
import path from 'node:path';
import { ConfigFile } from './config-schema.ts';
import { describeIssues } from './describe-issues.ts';
import { type Found, findAnyWay, type Layer } from './layer.ts';
import { type JsonDocument, JsonMistake, parseJson } from './parse-json.ts';
import type { Problem } from './problem.ts';
import { readTextFile, type TextFile } from './read-text-file.ts';
import { SETTINGS, type SettingName } from './setting-table.ts';

const PROJECT_FILE = 'movie-ingest.config.json';

export type ReadConfig = Readonly<{
  layer: Layer;
  problems: readonly Problem[];
  file?: TextFile;
}>;

/** The nearest project file: in `cwd` or in a folder above it. */
export async function findProjectFile(cwd: string): Promise<string | undefined> {
  for (let dir = path.resolve(cwd); ; dir = path.dirname(dir)) {
    const file = path.join(dir, PROJECT_FILE);
    if (await exists(file)) return file;
    if (dir === path.dirname(dir)) return undefined;
  }
}

/** Reads and checks one config file; an absent one says nothing. All its mistakes come at once. */
export async function readConfigFile(file: string, shownAs: string): Promise<ReadConfig> {
  const { found, problem } = await readTextFile(file, shownAs);
  if (problem !== undefined) return { layer: new Map(), problems: [problem] };
  if (found === undefined) return { layer: new Map(), problems: [] };
  const document = parse(found.text);
  if (document instanceof JsonMistake) {
    const what = `${shownAs} line ${document.line}: ${document.message}`;
    return { layer: new Map(), problems: [{ what, fix: 'Correct it with an editor' }] };
  }
  const checked = ConfigFile.safeParse(document.value);
  if (!checked.success) {
    const problems = describeIssues(checked.error, {
      file: shownAs,
      document,
      schema: ConfigFile,
    });
    return { layer: new Map(), problems };
  }
  return { layer: toLayer(checked.data, { file, shownAs, document }), problems: [], file: found };
}

type Place = Readonly<{ file: string; shownAs: string; document: JsonDocument }>;

function toLayer(config: ConfigFile, { file, shownAs, document }: Place): Layer {
  const layer = new Map<SettingName, Found>();
  for (const row of SETTINGS) {
    const found = findAnyWay(row, ({ name }) => {
      const keys = name.split('.');
      const value = String(keys.reduce<unknown>(member, config) ?? '').trim();
      if (value === '') return undefined;
      return {
        value,
        origin: `${path.basename(file)}: ${name}`,
        place: `${shownAs} line ${document.lineOf(keys)}: ${name}`,
        baseDir: path.dirname(file),
      };
    });
    if (found !== undefined) layer.set(row.name, found);
  }
  return layer;
}

function member(object: unknown, key: string): unknown {
  return (object as Record<string, unknown> | undefined)?.[key];
}

function parse(text: string): JsonDocument | JsonMistake {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonMistake) return error;
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
