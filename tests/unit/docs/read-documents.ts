import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';

export const ROOT = resolve(import.meta.dirname, '../../..');

export type Document = Readonly<{
  /** From the root: `docs/mongodb.md`. */
  path: string;
  text: string;
  /** Without its fenced blocks. */
  prose: string;
}>;

/** Every page that people read: those of the root and all of docs/. */
export function readDocuments(): readonly Document[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, prose: text.replace(/^```.*?^```$/gms, '') };
    });
}

/** A block that is fenced as `sh`; `at` is its place: `docs/recipes.md:7`. */
export type ShellBlock = Readonly<{
  at: string;
  code: string;
  /** What stands behind `sh` when it is marked to be run: `films=4 needs=jq library`. */
  run: string | undefined;
  /** Why it is not, and what tries it instead: `serves until it is stopped: tests/cli/watch.test.ts`. */
  notRun: string | undefined;
}>;

const SHELL_BLOCK = /^ *```sh(?: run\b([^\n]*)| not-run\b([^\n]*))?\n(.*?)^ *```$/gms;

export function shellBlocks({ path, text }: Document): readonly ShellBlock[] {
  return [...text.matchAll(SHELL_BLOCK)].map((match) => ({
    at: `${path}:${text.slice(0, match.index).split('\n').length + 1}`,
    run: match[1]?.trim(),
    notRun: match[2]?.trim(),
    code: match[3] ?? '',
  }));
}

/** Cells of the rows of every table, trimmed, code quotes taken away. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')));
}
