import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { openPaint } from '../../../src/ui/paint.ts';
import { progressLine, progressLines } from '../../../src/ui/progress-lines.ts';
import { film } from '../../fixtures/ui/film-run.ts';

const paint = openPaint(false);
const both = { encode: film.encoding(0.79), upload: film.uploading(0.52) };

test('a bar for each rendition and one for the upload, speed and ETA said once', () => {
  expect(`\n${progressLines(both, { columns: 90, paint }).join('\n')}\n`).toBe(`
  360p     ██████████████████████░░░░░░  79%  1:23:13 / 1:45:20
  720p     ██████████████████████░░░░░░  79%
  1080p    ██████████████████████░░░░░░  79%  214 fps · 8.9× · ETA 2m 29s
  upload   ██████████████░░░░░░░░░░░░░░  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,649 files
`);
});

test('no line is as wide as the terminal, however narrow, whatever the names', () => {
  const encode = {
    ...both.encode,
    renditions: [
      { name: '日本語の長い名前です', doneMs: 5 },
      { name: '👩‍👩‍👧‍👦', doneMs: 1e7 },
    ],
  };
  const upload = { ...both.upload, retries: 1_000, waitingMs: 1e6 };
  for (let columns = 30; columns <= 200; columns += 1) {
    for (const line of progressLines({ encode, upload }, { columns, paint })) {
      expect(stringWidth(line)).toBeLessThan(columns);
    }
    expect(stringWidth(progressLine({ encode, upload }, columns))).toBeLessThan(columns);
  }
});

test('100% is only said of what is done', () => {
  const encode = film.encoding(0.9999);
  const [line = ''] = progressLines({ encode }, { columns: 90, paint });
  expect(line).toContain(' 99%');
});

test('an upload that has sent all that was guessed is not done while the encoder runs', () => {
  const upload = film.uploading(1.2);
  const during = progressLines({ encode: film.encoding(0.9), upload }, { columns: 90, paint });
  const after = progressLines({ upload: film.uploading(1) }, { columns: 90, paint });
  expect(during.at(-1)).toContain(' 99%');
  expect(after.at(-1)).toContain('100%');
});

test('an upload that stands still says so, and counts its retries', () => {
  const upload = { ...film.uploading(0.52), waitingMs: 125_000, retries: 1 };
  const [line = ''] = progressLines({ upload }, { columns: 120, paint });
  expect(line).toContain('nothing gets through for 2m 05s');
  expect(line).toContain('1 retry');
});

test('a store that is waited for has a line of its own, which fits', () => {
  const outage = {
    type: 'outage',
    store: 'R2 movies',
    forMs: 125_000,
    giveUpAfterMs: 900_000,
    isOver: false,
  } as const;
  const lines = progressLines({ ...both, outage }, { columns: 100, paint });
  expect(lines.at(-1)).toBe(
    '  R2 movies: nothing gets through for 2m 05s, waiting (15m 00s at most)',
  );
  const narrow = progressLines({ ...both, outage }, { columns: 40, paint });
  expect(narrow.at(-1)?.length).toBeLessThan(40);
  expect(progressLine({ outage }, 100)).toContain('nothing gets through');
});

test('all in one line for small terminals', () => {
  expect(progressLine(both, 80)).toBe('encode 79% 8.9× ETA 2m 29s | upload 52% 38.2 MB/s');
});
