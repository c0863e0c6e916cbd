import { expect, test } from 'vitest';
import { openPaint } from '../../../src/ui/paint.ts';
import { printChecks } from '../../../src/ui/print-checks.ts';

test('a line per check, cause and fix below what is wrong', () => {
  const text = printChecks(
    [
      { status: 'ok', name: 'ffmpeg', detail: '5.1.9 at /usr/bin/ffmpeg' },
      { status: 'warning', name: 'node', detail: '20.20.2', fix: 'Node 22 is advised' },
      { status: 'failed', name: 'store', detail: 'R2 movies', cause: '403', fix: 'A new key' },
    ],
    { paint: openPaint(false) },
  );
  expect(`\n${text}`).toBe(`
✔ ffmpeg     5.1.9 at /usr/bin/ffmpeg
! node       20.20.2
  Fix    Node 22 is advised
✖ store      R2 movies
  Cause  403
  Fix    A new key
`);
});
