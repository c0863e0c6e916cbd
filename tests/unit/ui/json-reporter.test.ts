import { execa } from 'execa';
import { expect, test } from 'vitest';
import { EventLine } from '../../../src/model/event-line.ts';
import { film, wholeRun } from '../../fixtures/ui/film-run.ts';
import { openTestReporter } from '../../helpers/report-run.ts';

const root = new URL('../../..', import.meta.url);

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every line of a run is an event of the published contract, and stderr stays empty', async () => {
  const run = await openTestReporter({ json: true });
  run.reportAll(wholeRun());
  run.report({ type: 'error', exit: 4, code: 'film', message: 'no', cause: 'so', fix: 'do' });
  run.report({ type: 'summary', added: 1, unchanged: 0, failed: [], exit: 0 });
  const lines = linesOf(run.stdout());
  for (const line of lines) expect(EventLine.parse(line)).toEqual(line);
  expect(lines[0]).toEqual({ v: 1, t: '2026-11-22T03:30:01.000Z', ...film.start });
  expect(run.stderr()).toBe('');
});

test('progress comes about once a second, and the last of it before anything else', async () => {
  const run = await openTestReporter({ json: true });
  for (let ms = 0; ms <= 2_500; ms += 100) {
    run.report(film.encoding(ms / 10_000));
    run.clock.nowMs += 100;
  }
  run.report(film.encoded);
  const told = linesOf(run.stdout()).map((line) => [line['type'], line['doneMs']]);
  expect(told).toEqual([
    ['encode.progress', 0],
    ['encode.progress', 632_000],
    ['encode.progress', 1_264_000],
    ['encode.progress', 1_580_000],
    ['encoded', undefined],
  ]);
});

test('quiet leaves results, errors and the summary', async () => {
  const run = await openTestReporter({ json: true, quiet: true });
  run.reportAll(wholeRun());
  expect(linesOf(run.stdout()).map((line) => line['type'])).toEqual(['result']);
});

test('texts are told to the letter, but harmless to a terminal', async () => {
  const run = await openTestReporter({ json: true });
  const file = 'a\u001b[31m\u009b2J\u202e\u{e0041}\n日本\ud800.mp4';
  run.report({ ...film.start, file });
  expect(run.stdout()).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  expect(run.stdout().split('\n')).toHaveLength(2);
  expect(linesOf(run.stdout())[0]?.['file']).toBe(file);
});

test('docs/events.schema.json is current', async () => {
  const { exitCode, stderr } = await execa(
    process.execPath,
    ['scripts/write-schema.mjs', '--check'],
    { cwd: root, reject: false },
  );
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});
