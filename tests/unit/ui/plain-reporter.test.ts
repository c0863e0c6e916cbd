import { describe, expect, test } from 'vitest';
import { film, wholeRun } from '../../fixtures/ui/film-run.ts';
import { memoryOutput } from '../../helpers/memory-output.ts';
import { openTestReporter, START_MS } from '../../helpers/report-run.ts';

test('a run is told in dated lines on stderr, and stdout has the URL alone', async () => {
  const run = await openTestReporter();
  run.reportAll(wholeRun());
  expect(run.stdout()).toBe('https://media.example.com/videos/phim-01/master.m3u8\n');
  expect(run.stderr()).toMatchInlineSnapshot(`
    "2026-11-22T03:30:01Z probe    film.mp4 duration=1:45:20 size=8.4GB video=hevc/1920x800/23.976fps/10-bit/HDR10 audio=vi,en subs=vi,en
    2026-11-22T03:30:01Z plan     phim-01 renditions=360p,720p,1080p encoder=h264_videotoolbox size=7.1GB files=3171
    2026-11-22T03:30:01Z ready    store="R2 movies" catalog="MongoDB movies.movies" free=78.0GB
    2026-11-22T03:30:01Z warning  ! Subtitle 3 (PGS, en) is a picture format and was skipped. Add text subtitles with --subtitle en=file.srt
    2026-11-22T03:30:01Z encode   phim-01 100% renditions=3 elapsed=11m48s speed=8.9x
    2026-11-22T03:30:01Z check    phim-01 segments=3162 keyframes=9480 duration=1:45:20
    2026-11-22T03:30:01Z upload   phim-01 100% size=7.1GB files=3171 elapsed=14m05s retries=2
    2026-11-22T03:30:01Z publish  phim-01 https://media.example.com/videos/phim-01/master.m3u8
    2026-11-22T03:30:01Z catalog  phim-01 created catalog="MongoDB movies.movies"
    2026-11-22T03:30:01Z done     phim-01 added https://media.example.com/videos/phim-01/master.m3u8 size=7.1GB elapsed=14m10s
    "
  `);
});

test('progress is a line every 30 s, or every ten points but at most every 5 s', async () => {
  const run = await openTestReporter();
  const at = (seconds: number, share: number) => {
    run.clock.nowMs = START_MS + seconds * 1000;
    run.report(film.encoding(share));
  };
  at(0, 0);
  at(1, 0.11); // far, but soon
  at(5, 0.12);
  at(29, 0.13);
  at(35, 0.14);
  at(36, 0.5);
  const told = run.stderr().match(/\d+%/g);
  expect(told).toEqual(['12%', '14%']);
});

test('MOVIE_INGEST_PROGRESS_INTERVAL sets the pace', async () => {
  const terminal = {
    isCI: true,
    term: undefined,
    noColor: undefined,
    forceColor: undefined,
    progressIntervalMs: 1_000,
  };
  const run = await openTestReporter({ terminal });
  run.report(film.uploading(0));
  run.clock.nowMs += 1_000;
  run.report(film.uploading(0.01));
  expect(run.stderr()).toBe(
    '2026-11-22T03:30:02Z upload   phim-01 1% 71.0MB/7.1GB speed=38.2MB/s retries=0\n',
  );
});

test('quiet leaves stderr empty, and the result on stdout', async () => {
  const run = await openTestReporter({ quiet: true });
  run.reportAll(wholeRun());
  expect(run.stderr()).toBe('');
  expect(run.stdout()).toBe('https://media.example.com/videos/phim-01/master.m3u8\n');
});

test('an error is told in three parts, each line dated, quiet or not', async () => {
  const run = await openTestReporter({ quiet: true });
  run.report({
    type: 'error',
    file: '/films/notes.txt',
    exit: 4,
    code: 'film',
    message: 'notes.txt is not a video',
    cause: 'ffprobe found no video stream',
    fix: 'Give it a film',
  });
  expect(run.stderr()).toMatchInlineSnapshot(`
    "2026-11-22T03:30:01Z error    ✖ notes.txt is not a video  exit 4
    2026-11-22T03:30:01Z error      Cause  ffprobe found no video stream
    2026-11-22T03:30:01Z error      Fix    Give it a film
    "
  `);
});

describe('a command without bars', () => {
  const told = [
    { type: 'warning', message: 'the clock is late', fix: 'Set it' },
    { type: 'tally', films: 2, same: 2, settled: 0, left: 0, exit: 0 },
    {
      type: 'error',
      exit: 2,
      code: 'usage',
      message: 'there is no film',
      fix: 'movie-ingest list',
    },
  ] as const;
  const facts = {
    isCI: false,
    term: 'xterm',
    noColor: '1',
    forceColor: undefined,
    progressIntervalMs: undefined,
  };

  test('tells people on a terminal, and writes no log there', async () => {
    const stderr = memoryOutput({ columns: 80, rows: 24 });
    const run = await openTestReporter({ withBars: false, stderr, terminal: facts });
    run.reportAll(told);
    expect(stderr.text()).toMatchInlineSnapshot(`
      "! the clock is late. Set it
      ✔ 2 films: 2 the same
      ✖ there is no film  exit 2
        Fix    movie-ingest list
      "
    `);
  });

  test.each([
    ['--no-progress', { progress: false }],
    ['TERM=dumb', { terminal: { ...facts, term: 'dumb' } }],
    ['CI', { terminal: { ...facts, isCI: true } }],
    ['a pipe', { stderr: memoryOutput() }],
  ])('dates each line with %s', async (_, how) => {
    const options = { stderr: memoryOutput({ columns: 80, rows: 24 }), terminal: facts, ...how };
    const run = await openTestReporter({ withBars: false, ...options });
    run.reportAll(told);
    const lines = options.stderr.text().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^2026-11-22T03:30:01Z (warning|tally|error)/);
  });
});

test('status tells at once how far it is', async () => {
  const run = await openTestReporter();
  run.report({ type: 'step', step: 'probe' });
  run.status();
  run.report(film.encoding(0.24));
  run.status();
  expect(run.stderr()).toMatchInlineSnapshot(`
    "2026-11-22T03:30:01Z status   probe
    2026-11-22T03:30:01Z status   encode 24% speed=8.9x eta=9m00s
    "
  `);
});

test('a batch ends with counts, the failed ones and the command that tries them again', async () => {
  const run = await openTestReporter();
  run.report({
    type: 'summary',
    added: 10,
    unchanged: 1,
    failed: [{ file: '/films/a b.mp4', code: 'film', message: 'a b.mp4 is empty' }],
    retry: "movie-ingest add '/films/a  b.mp4'",
    exit: 3,
  });
  expect(run.stderr()).toMatchInlineSnapshot(`
    "2026-11-22T03:30:01Z summary  added=10 unchanged=1 failed=1 exit=3
    2026-11-22T03:30:01Z summary  failed "a b.mp4" a b.mp4 is empty
    2026-11-22T03:30:01Z summary  retry: movie-ingest add '/films/a  b.mp4'
    "
  `);
});

test('names from outside can neither break a line nor move the cursor', async () => {
  const run = await openTestReporter();
  run.report({ ...film.probed, ...NASTY_FILM });
  run.report({ type: 'error', exit: 4, code: 'film', message: 'bad\n\u001b[2Jname\u202e' });
  expect(run.stderr()).not.toMatch(/[^\P{Cc}\n]|[\p{Bidi_Control}]/u);
  expect(run.stderr().trimEnd().split('\n')).toHaveLength(2);
});

const NASTY_FILM = {
  file: '/films/\u001b]0;owned\u0007a\nb\u202e.mp4',
  notes: ['\u001b[31m'],
  audioLanguages: ['v\u0000i'],
  subtitleLanguages: [],
};

test('a terminal that does not know its width gets lines: a spinner would clear without end', async () => {
  const stderr = memoryOutput({ columns: 0, rows: 0 });
  const { report, close } = await openTestReporter({ stderr });
  report({ type: 'warning', message: 'The film has no sound.' });
  await close();
  expect(stderr.text()).toMatch(/^2026-11-22T03:30:01Z .*The film has no sound\.\n$/);
});
