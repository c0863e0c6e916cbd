import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cleanText } from '../lib/clean-text.ts';
import { decodeText } from '../lib/decode-text.ts';
import { hasFilmExtension, stripFilmExtension } from '../lib/strip-film-extension.ts';
import { parseNfo } from './parse-nfo.ts';
import { type ParsedSidecar, parseSidecar, type Sidecar } from './sidecar.ts';

const MAX_BYTES = 1024 * 1024;

export type ReadSidecar = Readonly<{ sidecar?: Sidecar; warnings: readonly string[] }>;

/**
 * What the files beside a film say of it. The first that can be used counts, alone:
 * `<film>.movie.json`, `movie.json`, `<film>.nfo`, `movie.nfo`, where `<film>` is the film's name
 * without its extension. `movie.json` and `movie.nfo` speak for a folder and so count only where the
 * film is the only one in it; otherwise a warning says so. Never fails a film: what cannot be read or
 * is wrong becomes a warning that names the file.
 */
export async function readSidecar(filmPath: string): Promise<ReadSidecar> {
  const folder = dirname(filmPath);
  const stem = stripFilmExtension(basename(filmPath));
  const present = await readdir(folder).catch((): string[] => []);
  const films = present.filter((name) => hasFilmExtension(name) && !name.startsWith('.'));
  const warnings: string[] = [];
  for (const { own, shared, parse } of KINDS) {
    for (const wanted of [`${stem}${own}`, shared]) {
      const name = findName(present, wanted);
      if (name === undefined) continue;
      const isAmbiguous = wanted === shared && films.length > 1 && stem !== 'movie';
      const { sidecar, warnings: more } = isAmbiguous
        ? ignored(shared, `the folder holds several films; call it ${shown(stem + own)}`)
        : await readOne(join(folder, name), parse);
      warnings.push(...more);
      if (Object.keys(sidecar).length > 0) return { sidecar, warnings };
    }
  }
  return { warnings };
}

/** As it is written; else in other capitals, as file systems of Macs and Windows have it. */
function findName(present: readonly string[], wanted: string): string | undefined {
  const plain = (name: string) => name.normalize('NFC');
  const exact = present.find((name) => plain(name) === plain(wanted));
  if (exact !== undefined) return exact;
  return present.find((name) => plain(name).toLowerCase() === plain(wanted).toLowerCase());
}

type Parse = (shownName: string, text: string) => ParsedSidecar | undefined;

const KINDS: readonly Readonly<{ own: string; shared: string; parse: Parse }>[] = [
  { own: '.movie.json', shared: 'movie.json', parse: parseJson },
  { own: '.nfo', shared: 'movie.nfo', parse: parseNfo },
];

const XML_ENCODING = /^\s*<\?xml[^>]*\sencoding=["']([\w.:-]{1,40})["']/;

async function readOne(path: string, parse: Parse): Promise<ParsedSidecar> {
  const name = shown(basename(path));
  try {
    const bytes = await readSmall(path);
    const declared = XML_ENCODING.exec(bytes.toString('latin1', 0, 200))?.[1];
    const { text, encoding, isGuess } = decodeText(bytes, { language: 'und', declared });
    const parsed =
      parse(name, text) ?? ignored(name, 'it is not a whole <movie> of Kodi or Jellyfin');
    if (!isGuess || Object.keys(parsed.sidecar).length === 0) return parsed;
    const doubt = `${name} does not say how it is encoded: taken for ${encoding}`;
    return { ...parsed, warnings: [doubt, ...parsed.warnings] };
  } catch (error) {
    return ignored(name, reason(error));
  }
}

function ignored(name: string, why: string): ParsedSidecar {
  return { sidecar: {}, warnings: [`${name} is ignored: ${why}`] };
}

function parseJson(name: string, text: string): ParsedSidecar {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('it is not a JSON object');
  }
  return parseSidecar(name, value as Record<string, unknown>);
}

/** At most MAX_BYTES are read, whatever the file says of its size. */
async function readSmall(path: string): Promise<Buffer> {
  // A pipe of that name would be waited for for ever.
  if (!(await stat(path)).isFile()) throw new RangeError('it is not a file');
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    if (bytesRead > MAX_BYTES) throw new RangeError('it is larger than 1 MiB');
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function reason(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof RangeError) {
    return cleanText(error.message, { maxLength: 200 });
  }
  return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`;
}

function shown(name: string): string {
  return cleanText(name, { maxLength: 120 });
}
