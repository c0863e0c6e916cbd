import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { corpus } from '../helpers/corpus.ts';
import {
  type CorpusFilm,
  corpusFilms,
  INPUTS_PAGE,
  type InputsRow,
  printTable,
  readTable,
  withTable,
} from '../helpers/inputs-table.ts';
import { type Judgement, judgeFilm, type PlayedFilm } from './judge-film.ts';

/** Set by scripts/write-inputs-table.mjs: the page is written, not compared. */
const isWriting = process.env['MOVIE_INGEST_WRITE_INPUTS'] === '1';

/** Of pictures of another scaler and encoder; HDR is compared without brightness. */
const ALIKE = 0.85;

const films = corpusFilms();
const known = readTable();
const rows: InputsRow[] = [];

describe.skipIf(films.length === 0)('every film of the corpus is right, or refused', () => {
  test.each(films)('$file: $expected', async (film) => {
    const judged = await judgeFilm(corpus(film.file) ?? '');
    const row = rowOf(film, judged);
    rows.push(row);
    const verdict = judged.played === undefined ? 'refuse' : 'ok';
    expect([verdict, 'either'], judged.said).toContain(film.expected);
    if (judged.played === undefined) expect([4, 5]).toContain(judged.exit);
    else expectRight(film, judged.played);
    if (isWriting) return;
    const { said: _said, pictures: _pictures, sound: _sound, ...facts } = row;
    expect(known.get(film.file), 'docs/inputs.md is stale: write-inputs-table.mjs').toMatchObject(
      facts,
    );
  });
});

afterAll(() => {
  if (!isWriting) return;
  // Some may be written anew alone: node scripts/write-inputs-table.mjs -t NAME
  const all = new Map([...known, ...rows.map((row) => [row.file, row] as const)]);
  const inOrder = films.flatMap(({ file }) => all.get(file) ?? []);
  writeFileSync(INPUTS_PAGE, withTable(printTable(inOrder)));
});

function expectRight({ transcodedSeconds }: CorpusFilm, played: PlayedFilm): void {
  const { seconds, width, height, aspectErrorPercent, soundLateMs = 0, first, middle } = played;
  if (transcodedSeconds !== undefined) {
    expect(Math.abs(seconds - transcodedSeconds)).toBeLessThan(0.6);
  }
  // Even sizes: one pixel of a small picture is more than a per cent.
  expect(aspectErrorPercent).toBeLessThan(Math.max(1, 110 / Math.min(width, height)));
  expect(Math.abs(soundLateMs)).toBeLessThanOrEqual(40);
  expect(Math.min(first, middle)).toBeGreaterThan(ALIKE);
}

function rowOf({ file, what }: CorpusFilm, { exit, said, played }: Judgement): InputsRow {
  if (played === undefined) {
    return { file, what, verdict: `refused (${exit})`, ...(said === undefined ? {} : { said }) };
  }
  const { seconds, frames, width, height, audioTracks, soundLateMs, first, middle } = played;
  const tracks =
    { 0: 'no sound', 1: '1 sound track' }[audioTracks] ?? `${audioTracks} sound tracks`;
  return {
    file,
    what,
    verdict: 'in',
    plays: `${seconds.toFixed(2)} s, ${frames} pictures, ${width}×${height}, ${tracks}`,
    sound: soundLateMs === undefined ? '–' : `${Math.round(soundLateMs)} ms`,
    pictures: `${first.toFixed(2)}, ${middle.toFixed(2)}`,
  };
}
