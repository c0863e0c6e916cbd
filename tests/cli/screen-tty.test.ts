import { afterEach, describe, expect, test } from 'vitest';
import { film, wholeRun } from '../fixtures/ui/film-run.ts';
import { EventTerminal, type EventTerminalOptions } from '../helpers/event-terminal.ts';
import { isTmuxMissing } from '../helpers/shell-terminal.ts';

const skip = await isTmuxMissing();
const BARS = [film.encoding(0.79), film.uploading(0.52)];

describe.skipIf(skip)('on a real terminal', () => {
  let terminal: EventTerminal | undefined;

  async function open(options: Partial<EventTerminalOptions> = {}): Promise<EventTerminal> {
    terminal = await EventTerminal.showing({ columns: 90, rows: 24, ...options });
    return terminal;
  }

  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
  });

  test('a spinner while the film is read, then bars below what was found out', async () => {
    const it = await open();
    await it.send(film.start, film.probing);
    expect(await it.waitFor('Reading film.mp4')).toMatch(/^. Reading film\.mp4$/);
    await it.send(film.probed, film.planned, film.ready, film.warning, ...BARS);
    const screen = await it.waitFor((text) => text.includes('79%') && text.includes('52%'));
    expect(`\n${screen}\n`).toBe(`
✔ film.mp4   1:45:20 · 1920×800 · 23.976 fps · HEVC 10-bit HDR10 · 8.4 GB · audio vi, en
             subs vi, en
✔ Plan       360p 720p 1080p · H.264 VideoToolbox · ≈ 7.1 GB · ≈ 3,171 files
✔ Ready      R2 movies · MongoDB movies.movies · 78.0 GB free
! Subtitle 3 (PGS, en) is a picture format and was skipped. Add text subtitles with
  --subtitle en=file.srt
  360p     ██████████████████████░░░░░░  79%  1:23:13 / 1:45:20
  720p     ██████████████████████░░░░░░  79%
  1080p    ██████████████████████░░░░░░  79%  214 fps · 8.9× · ETA 2m 29s
  upload   ██████████████░░░░░░░░░░░░░░  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,649 files
`);
  });

  test('a whole run leaves its facts and the URL once, no bars, and a usable terminal', async () => {
    const it = await open({ rows: 30 });
    await it.send(...wholeRun(), { type: 'exit' });
    const screen = await it.waitFor('rc=');
    expect(`\n${screen}\n`).toBe(`
✔ film.mp4   1:45:20 · 1920×800 · 23.976 fps · HEVC 10-bit HDR10 · 8.4 GB · audio vi, en
             subs vi, en
✔ Plan       360p 720p 1080p · H.264 VideoToolbox · ≈ 7.1 GB · ≈ 3,171 files
✔ Ready      R2 movies · MongoDB movies.movies · 78.0 GB free
! Subtitle 3 (PGS, en) is a picture format and was skipped. Add text subtitles with
  --subtitle en=file.srt
✔ Encoded    3 renditions in 11m 48s (8.9× real time)
✔ Checked    3,162 segments · 9,480 key frames · 1:45:20
✔ Uploaded   7.1 GB in 14m 05s · 3,171 files · 8.4 MB/s · 2 retries
✔ Saved      MongoDB movies.movies (created)

  Đất Rừng Phương Nam  phim-01
  HLS      https://media.example.com/videos/phim-01/master.m3u8
  Poster   https://media.example.com/posters/phim-01.jpg
  Size     7.1 GB (source 8.4 GB, 15 % less)
  Cost     ≈ $0.11 a month at list price
  Next     movie-ingest preview phim-01
rc=0
`);
    expect(await it.isUsable()).toBe(true);
  });

  test('when the encoder is done only the upload is left, with its own ETA', async () => {
    const it = await open();
    await it.send(...BARS, film.encoded, film.uploading(0.9));
    const screen = await it.waitFor('90%');
    expect(`\n${screen}\n`).toBe(`
✔ Encoded    3 renditions in 11m 48s (8.9× real time)
  upload   █████████████████████████░░░  90%  6.4 / 7.1 GB · 38.2 MB/s · ETA 19s
`);
  });

  test('a stage beside an upload has the spinner, and the upload is told beside it', async () => {
    const it = await open();
    await it.send(...BARS, film.encoded, { type: 'step', step: 'check' }, film.uploading(0.9));
    await it.waitFor('Checking every segment | upload 90% 38.2 MB/s');
    await it.send(film.checked);
    await it.waitFor((text) => text.includes('✔ Checked') && text.includes('  upload   ███'));
  });

  test('warnings and a status line go above the bars, which stay whole', async () => {
    const it = await open();
    await it.send(...BARS);
    await it.waitFor('52%');
    await it.send(film.warning, { type: 'status' });
    const screen = await it.waitFor('encode 79%');
    expect(`\n${screen}\n`).toBe(`
! Subtitle 3 (PGS, en) is a picture format and was skipped. Add text subtitles with
  --subtitle en=file.srt
encode 79% 8.9× ETA 2m 29s | upload 52% 38.2 MB/s
  360p     ██████████████████████░░░░░░  79%  1:23:13 / 1:45:20
  720p     ██████████████████████░░░░░░  79%
  1080p    ██████████████████████░░░░░░  79%  214 fps · 8.9× · ETA 2m 29s
  upload   ██████████████░░░░░░░░░░░░░░  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,649 files
`);
  });

  test('a warning is not lost when the bars end in the same moment', async () => {
    const it = await open();
    await it.send(...BARS);
    await it.waitFor('52%');
    await it.send(film.warning, film.error);
    const screen = await it.waitFor('exit 6');
    expect(screen.split('\n').map((line) => line.slice(0, 14))).toEqual([
      '! Subtitle 3 (',
      '  --subtitle e',
      '✖ the bucket i',
      '  Cause  403',
      '  Fix    movie',
    ]);
  });

  test('a terminal that becomes narrower in mid-bar is redrawn without a rest', async () => {
    const it = await open({ columns: 100 });
    await it.send(film.saved, film.saved, film.saved, ...BARS);
    await it.waitFor('52%');
    await it.resize(70, 24);
    await it.waitFor((text) => text.endsWith('  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,649 files'));
    await it.waitFor((text) => text.includes('  360p     ███████░░░  79%'));
    expect(`\n${await it.everything()}\n`).toBe(`
✔ Saved      MongoDB movies.movies (created)
✔ Saved      MongoDB movies.movies (created)
✔ Saved      MongoDB movies.movies (created)
  360p     ███████░░░  79%  1:23:13 / 1:45:20
  720p     ███████░░░  79%
  1080p    ███████░░░  79%  214 fps · 8.9× · ETA 2m 29s
  upload   █████░░░░░  52%  3.7 / ≈7.1 GB · 38.2 MB/s · 1,649 files
`);
  });

  test('a terminal of 4 rows shows one line, and bars once there is room', async () => {
    const it = await open({ rows: 4 });
    await it.send(...BARS, film.encoding(0.8), film.uploading(0.53));
    const small = await it.waitFor('80%');
    expect(small).toBe('encode 80% 8.9× ETA 2m 22s | upload 53% 38.2 MB/s');
    await it.resize(90, 20);
    const large = await it.waitFor('1080p');
    expect(large.split('\n').map((line) => line.slice(2, 8).trim())).toEqual([
      '360p',
      '720p',
      '1080p',
      'upload',
    ]);
  });

  test('Ctrl-C in mid-bar: bars gone, message, cursor back, 130', async () => {
    const it = await open();
    await it.send(...BARS);
    await it.waitFor('52%');
    expect(await it.isUsable()).toBe(false);
    await it.press('C-c');
    const screen = await it.waitFor('rc=');
    expect(screen.replace('^C', '').trim()).toBe(
      '✖ stopped; finished parts are kept  exit 130\nrc=130',
    );
    expect(await it.isUsable()).toBe(true);
  });

  test('Ctrl-C while a spinner turns leaves a usable terminal', async () => {
    const it = await open();
    await it.send(film.start, film.probing);
    await it.waitFor('Reading');
    await it.press('C-c');
    await it.waitFor('rc=130');
    expect(await it.isUsable()).toBe(true);
  });

  test('a process that dies of a fault leaves a usable terminal', async () => {
    const it = await open();
    await it.send(...BARS);
    await it.waitFor('52%');
    await it.send({ type: 'crash' });
    await it.waitFor('rc=1');
    expect(await it.isUsable()).toBe(true);
  });

  test.each([
    ['Japanese', '千と千尋の神隠し 劇場版 オリジナル 日本語音声 完全版.mkv'],
    ['NFD accents', 'Đất Rừng Phương Nam và những câu chuyện chưa kể (2023).mkv'.normalize('NFD')],
    ['emoji', '🎬🍿 film night 🎉 with friends 👍🏽 and more 🎬🍿🎬🍿🎬.mkv'],
  ])('a long name in %s neither wraps nor pushes the bars about', async (_what, name) => {
    const it = await open({ columns: 50 });
    await it.send(film.start, { ...film.probed, file: name }, ...BARS);
    const screen = await it.waitFor('52%');
    const lines = screen.split('\n');
    expect(lines[0]).toMatch(/^✔ .+….+\.mkv$/);
    expect(lines.findIndex((line) => line.startsWith('  360p '))).toBe(lines.length - 4);
    expect(await it.everything()).toBe(screen); // joined lines are the same: nothing was broken
  });

  test('escape sequences in names and messages reach nobody', async () => {
    const it = await open();
    const evil = '\u001b[2J\u001b[Hgone\u001b]0;title\u0007\u202e\r\nx.mkv';
    await it.send(film.saved, { ...film.probed, file: evil, notes: ['\u001b[5m'] }, ...BARS);
    await it.send({ ...film.warning, message: evil }, { ...film.result, title: evil });
    await it.send({ type: 'error', exit: 4, code: 'film', message: evil }, { type: 'exit' });
    const screen = await it.waitFor('rc=');
    expect(screen).toContain('✔ Saved ');
    expect(screen).toContain('  gone x.mkv  phim-01');
    expect(screen).toContain('✖ gone x.mkv  exit 4');
  });

  test('a batch has a header per film, and a table at the end', async () => {
    const it = await open();
    await it.send({ ...film.start, number: 3, of: 12 }, film.probing);
    await it.waitFor('[3/12] film.mp4');
    await it.send({ ...film.result, outcome: 'unchanged' });
    await it.send({
      type: 'summary',
      added: 10,
      unchanged: 1,
      failed: [{ file: '/films/notes.txt', code: 'film', message: 'notes.txt is not a video' }],
      retry: 'movie-ingest add /films/notes.txt',
      exit: 3,
    });
    await it.send({ type: 'exit' });
    expect(`${await it.waitFor('rc=')}\n`).toBe(`
[3/12] film.mp4
✔ film.mp4  is in as phim-01, nothing to do
  HLS      https://media.example.com/videos/phim-01/master.m3u8

✔ 10 added   – 1 unchanged   ✖ 1 failed   exit 3
  ✖ notes.txt  notes.txt is not a video
  Retry    movie-ingest add /films/notes.txt
rc=0
`);
  });

  test('with stdout elsewhere the URL alone goes there, and the block stays on the screen', async () => {
    const it = await open({ after: '> "$TMUX_TMPDIR/out"; cat "$TMUX_TMPDIR/out"' });
    await it.send(film.result, { type: 'exit' });
    const screen = await it.waitFor('rc=');
    const url = film.result.hls_url;
    expect(screen).toContain(`  HLS      ${url}\n`);
    expect(screen).toContain(`\n${url}\nrc=0`);
  });

  test('without progress: dated lines on a terminal too', async () => {
    const it = await open({ flags: ['--no-progress'] });
    await it.send(film.probed, ...BARS);
    expect(await it.waitFor('probe')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ probe {4}film\.mp4/,
    );
    expect(await it.isUsable()).toBe(true);
  });
});
