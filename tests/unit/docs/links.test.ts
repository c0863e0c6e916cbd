import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { SETTINGS, waysOf } from '../../../src/config/setting-table.ts';
import { runMain } from '../../helpers/run-cli.ts';
import { type Document, ROOT, readDocuments, shellBlocks, tableRows } from './read-documents.ts';

const documents = readDocuments();

describe('README, docs and the pages beside them', () => {
  test('lead only to files and headings that exist', () => {
    const wrong = everywhere((document) =>
      linksOf(document).filter((link) => !leadsSomewhere(document, link)),
    );
    expect(wrong).toEqual([]);
  });

  test('name only files that exist', () => {
    const wrong = everywhere((document) => filesNamedIn(document).filter((it) => !isThere(it)));
    expect(wrong).toEqual([]);
  });

  test('have shell examples that a shell can parse', async () => {
    const blocks = documents.flatMap(shellBlocks);
    expect(blocks.length).toBeGreaterThan(5);
    const parsed = await Promise.all(
      blocks.map(async ({ at, code }) => {
        const { stderr } = await execa('bash', ['-n'], { input: code, reject: false });
        return { at, stderr };
      }),
    );
    expect(parsed.filter(({ stderr }) => stderr !== '')).toEqual([]);
  });

  test('use only commands and flags that there are', async () => {
    const unknown: string[] = [];
    for (const { at, command, flags } of documents.flatMap(callsIn)) {
      const help = await helpOf(command);
      const strange = flags.filter((flag) => !help.includes(`${flag} `));
      unknown.push(...strange.map((flag) => `${at}: ${command} ${flag}`));
      if (!help.startsWith(`Usage: movie-ingest ${command} `)) unknown.push(`${at}: ${command}`);
    }
    expect(unknown).toEqual([]);
  });

  test('name only settings that there are', () => {
    const known = [
      ...SETTINGS.flatMap((row) => waysOf(row).map(({ variable }) => variable)),
      'MOVIE_INGEST_PROGRESS_INTERVAL',
      'MOVIE_INGEST_QUEUE_LOCK',
      'MOVIE_INGEST_TEST_', // of the tests alone
    ];
    const isKnown = (name: string) => known.some((it) => it === name || isFamily(it, name));
    const wrong = everywhere(({ text }) =>
      [...text.matchAll(/\b(?:MOVIE_INGEST|R2|B2|S3|MONGODB)_[A-Z0-9_]+/g)]
        .map(([name]) => name)
        .filter((name) => !isKnown(name)),
    );
    expect(wrong).toEqual([]);
  });
});

/** What `find` finds in each document, with the document's name. */
function everywhere(find: (document: Document) => readonly string[]): readonly string[] {
  return documents.flatMap((document) => find(document).map((it) => `${document.path}: ${it}`));
}

test('each promise is held by tests that name it', () => {
  const architecture = documents.find(({ path }) => path === 'docs/architecture.md');
  const rows = tableRows(architecture?.text ?? '').filter(([number]) =>
    /^[1-8]$/.test(number ?? ''),
  );
  expect(rows.map(([number]) => number)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  const wrong = rows.flatMap(([number = '', , , heldBy = '']) =>
    [...heldBy.matchAll(/`(tests\/[^`]+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !readFileSync(join(ROOT, path), 'utf8').includes(`promise ${number}:`))
      .map((path) => `promise ${number} is not named in ${path}`),
  );
  expect(wrong).toEqual([]);
});

/** `R2_*` in prose; `MOVIE_INGEST_TEST_…` stands for all of its kind. */
function isFamily(known: string, name: string): boolean {
  return (
    (known.endsWith('_') && name.startsWith(known)) ||
    (name.endsWith('_') && known.startsWith(name))
  );
}

function linksOf({ prose }: Document): readonly string[] {
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere({ path }: Document, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? path : join(dirname(path), file);
  if (!isThere(target)) return false;
  return heading === undefined || headingsOf(target).includes(heading);
}

/** As the hosts of Markdown name them: lower case, words joined by hyphens, the rest left out. */
function headingsOf(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** `src/errors.ts`, `tests/servers`, and in the decisions `plan/ladder.ts`, which is below src/. */
function filesNamedIn({ prose }: Document): readonly string[] {
  const inRoot = prose.matchAll(/`((?:src|tests|docs|scripts|presets|bench|bin)\/[\w./-]+)`/g);
  const inSrc = prose.matchAll(
    /`((?:catalog|commands|config|ffmpeg|hls|ingest|journal|lib|plan|publish|store|ui)\/[\w./-]+\.ts)`/g,
  );
  return [
    ...[...inRoot].map(([, path = '']) => path),
    ...[...inSrc].map(([, path = '']) => `src/${path}`),
  ];
}

function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

type Call = Readonly<{ at: string; command: string; flags: readonly string[] }>;

function callsIn(document: Document): readonly Call[] {
  return shellBlocks(document).flatMap(({ at, code }) =>
    [
      ...code
        .replace(/(?<=\s)#.*$/gm, '')
        .matchAll(/(?<![/.-])\bmovie-ingest ([a-z]+)([^|;&>\n]*)/g),
    ].map(([, command = '', rest = '']) => ({
      at,
      command,
      flags: [...rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)].map(([flag]) => flag),
    })),
  );
}

const helps = new Map<string, string>();

async function helpOf(command: string): Promise<string> {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const { stdout } = await runMain([command, '--help']);
  const help = stdout.replaceAll('\n', ' \n'); // a flag without a value may end its line
  helps.set(command, help);
  return help;
}
