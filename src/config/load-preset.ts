import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { IngestError } from '../errors.ts';
import { Preset } from '../model/preset.ts';
import { closest } from './closest.ts';
import { describeIssues } from './describe-issues.ts';
import { type JsonDocument, JsonMistake, parseJson } from './parse-json.ts';
import { PRESETS_DIR, presetNames } from './preset-names.ts';
import { type Problem, throwProblems } from './problem.ts';

/** What has a slash or ends in `.json` is a path, anything else the name of a preset of ours. */
export function isPresetPath(nameOrPath: string): boolean {
  return /[/\\]|\.json$/i.test(nameOrPath);
}

/**
 * Loads and checks one preset: by name from the package, or from a file, relative to `cwd`. Throws
 * IngestError `usage`: for an unknown name with the names there are, for a wrong file with file, line
 * and key of every mistake.
 */
export async function loadPreset(
  nameOrPath: string,
  { cwd }: Readonly<{ cwd: string }>,
): Promise<Preset> {
  if (isPresetPath(nameOrPath)) return readPreset(path.resolve(cwd, nameOrPath), nameOrPath);
  const names = await presetNames();
  if (!names.includes(nameOrPath)) throw await unknownPreset(nameOrPath, names);
  return readPreset(path.join(PRESETS_DIR, `${nameOrPath}.json`), `presets/${nameOrPath}.json`);
}

async function unknownPreset(name: string, names: readonly string[]): Promise<IngestError> {
  const meant = closest(name, names);
  const lines = await Promise.all(
    names.map(async (known) => {
      const { description } = await loadPreset(known, { cwd: PRESETS_DIR });
      return `${known}: ${description}`;
    }),
  );
  return new IngestError('usage', {
    what: `There is no preset "${name.slice(0, 40)}"`,
    why: `There are\n${lines.join('\n')}`,
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}A preset of your own is given as a path: --preset ./my-preset.json`,
  });
}

async function readPreset(file: string, shownAs: string): Promise<Preset> {
  const document = parse(await readPresetFile(file, shownAs), shownAs);
  const checked = Preset.safeParse(document.value);
  if (!checked.success) {
    throwProblems(describeIssues(checked.error, { file: shownAs, document, schema: Preset }));
  }
  const preset = Preset.parse(document.value);
  throwProblems([
    ...codecProblems(preset, shownAs),
    ...ladderProblems(preset, { file: shownAs, document }),
  ]);
  return preset;
}

async function readPresetFile(file: string, shownAs: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new IngestError('usage', {
      what: `The preset ${shownAs} cannot be read`,
      why: code === 'ENOENT' ? 'There is no such file' : `The system says ${code}`,
      fix: 'Check --preset (MOVIE_INGEST_PRESET); a preset of ours, like `default`, needs no file',
      cause: error,
    });
  }
}

function parse(text: string, shownAs: string): JsonDocument {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    throw new IngestError('usage', {
      what: `${shownAs} line ${error.line}: ${error.message}`,
      fix: 'Correct it with an editor',
    });
  }
}

/** Apple 1.5: HEVC plays from fMP4 alone. */
function codecProblems({ codec, container }: Preset, file: string): Problem[] {
  if (codec !== 'hevc' || container === 'fmp4') return [];
  return [{ what: `${file}: HEVC in MPEG-TS plays nowhere`, fix: 'Add "container": "fmp4"' }];
}

/** What a schema of single rungs cannot say. */
function ladderProblems(
  { rungs }: Preset,
  { file, document }: Readonly<{ file: string; document: JsonDocument }>,
): Problem[] {
  const at = (index: number) =>
    `${file} line ${document.lineOf(['rungs', index])}: rungs[${index}]`;
  return rungs.flatMap((rung, index) => {
    const below = rungs[index - 1];
    const found: Problem[] = [];
    if (below !== undefined && rung.width * rung.height <= below.width * below.height) {
      found.push({ what: `${at(index)} is not larger than the one before`, fix: 'Smallest first' });
    }
    if (rungs.findIndex(({ name }) => name === rung.name) < index) {
      found.push({ what: `${at(index)} has the name of another rung`, fix: 'Name each by itself' });
    }
    if (rung.averageKbps > rung.maxKbps) {
      found.push({ what: `${at(index)} averages more than its cap`, fix: 'averageKbps ≤ maxKbps' });
    }
    if (rung.width % 2 !== 0 || rung.height % 2 !== 0) {
      found.push({ what: `${at(index)} has an odd size`, fix: '4:2:0 video needs even sizes' });
    }
    return found;
  });
}
