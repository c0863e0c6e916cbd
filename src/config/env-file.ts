import path from 'node:path';
import { parseEnv } from 'node:util';
import type { ReadConfig } from './config-file.ts';
import { type Found, findAnyWay, type Layer } from './layer.ts';
import type { Problem } from './problem.ts';
import { readTextFile } from './read-text-file.ts';
import { SETTINGS, type SettingName } from './setting-table.ts';

/**
 * The settings in `<cwd>/.env`. Only names of the setting table are taken: a stranger's folder must not
 * give us NODE_OPTIONS or a proxy (cli-player-ux.md §1.3).
 */
export async function readEnvFile(cwd: string): Promise<ReadConfig> {
  const { found, problem } = await readTextFile(path.join(cwd, '.env'), '.env');
  if (problem !== undefined) return { layer: new Map(), problems: [problem] };
  if (found === undefined) return { layer: new Map(), problems: [] };
  return { layer: parseEnvText(found.text, { shownAs: '.env', cwd }), problems: [], file: found };
}

type EnvPlace = Readonly<{ shownAs: string; cwd: string }>;

/** The settings in lines `NAME=value`. */
export function parseEnvText(content: string, { shownAs, cwd }: EnvPlace): Layer {
  const text = content.replace(/^\uFEFF/, '');
  const values = parseEnv(text);
  const layer = new Map<SettingName, Found>();
  for (const row of SETTINGS) {
    const found = findAnyWay(row, ({ variable }) => {
      const value = values[variable]?.trim() ?? '';
      if (value === '') return undefined;
      const { line, raw } = findAssignment(text, variable);
      const origin = `${shownAs} line ${line}`;
      return {
        value,
        origin,
        place: origin,
        baseDir: cwd,
        ...(cutAtHash(raw) ? { problem: hashProblem(variable, origin) } : {}),
      };
    });
    if (found !== undefined) layer.set(row.name, found);
  }
  return layer;
}

/** The last one, as it is the one that parseEnv takes. */
function findAssignment(text: string, variable: string): Readonly<{ line: number; raw: string }> {
  const pattern = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${variable}[ \\t]*=(.*)$`, 'gm');
  const match = [...text.matchAll(pattern)].at(-1);
  return {
    line: text.slice(0, match?.index ?? 0).split('\n').length,
    raw: match?.[1]?.trim() ?? '',
  };
}

/** Measured: `KEY=abc#def` reads as `abc`. Before a comment people leave a space. */
function cutAtHash(raw: string): boolean {
  return !/^["'`]/.test(raw) && /\S#/.test(raw);
}

function hashProblem(variable: string, origin: string): Problem {
  return {
    what: `${variable} on ${origin} holds a # without quotes`,
    why: 'In a .env file everything from the # on is a comment, so the value is cut there',
    fix: `Put the value in quotes: ${variable}='…' (or a space before the # of a comment)`,
  };
}
