import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BadFfmpeg, badFfmpeg } from '../helpers/bad-ffmpeg.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { type FakeS3, startFakeS3 } from '../helpers/fake-s3.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { writeProgram } from '../helpers/program.ts';
import { readFrameNumbers } from '../helpers/read-frame-numbers.ts';
import { CLI, cleanEnv, runCli, startCli } from '../helpers/run-cli.ts';
import { s3Env } from '../helpers/s3-env.ts';
import { isTmuxMissing, ShellTerminal } from '../helpers/shell-terminal.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { until } from '../helpers/until.ts';

const SECONDS = 30;
const URL_LINE = 'http://127.0.0.1:4680/videos/film/master.m3u8\n';
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: SECONDS });
});

/** Those of a test that failed would hold the film's lock, and fail all that come after it. */
const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) send('SIGKILL', -pid);
});

/** `add film`, in a process group of its own, as a shell starts it. */
function start(user: User, flags: readonly string[] = []) {
  const [program = '', ...words] = [...CLI, 'add', film, ...flags];
  const running = execa(program, words, {
    env: cleanEnv(user.env),
    extendEnv: false,
    cwd: makeTempDir('cwd'),
    stdin: 'ignore',
    detached: true,
    reject: false,
  });
  const { pid } = running;
  if (pid === undefined) throw new Error('the command did not start');
  started.push(pid);
  return { running, pid };
}

/** False when there is no such process any more. */
function send(signal: NodeJS.Signals | 0, pid: number): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const isAlive = (pid: number) => send(0, pid);

/** Segments that have gone into the library so far. */
function segmentsIn(user: User): readonly string[] {
  const videos = join(user.library, 'media/videos');
  try {
    const names = readdirSync(videos, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\/seg_\d+\.ts$/.test(name));
  } catch {
    return []; // not there yet, or gone again: a check of the store leaves no empty folder behind
  }
}

const isEncoding = (user: User) => () => segmentsIn(user).some((name) => name.includes('90p'));

function expectNothingToSee(user: User): void {
  expect({
    published: user.published(),
    documents: user.documents(),
  }).toEqual({ published: [], documents: [] });
}

/** Promise 4: the same command finishes the work, and every picture of the film is there once. */
async function expectRerunWorks(user: User): Promise<void> {
  const env = { ...user.env, ...badFfmpeg('works').env };
  const { exitCode, stdout, stderr } = await runCli(['add', film], { env });
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: URL_LINE });
  const master = readFileSync(join(user.library, 'media/videos/film/master.m3u8'), 'utf8');
  const [playlist = ''] = /^[^#].*90p\/index\.m3u8$/m.exec(master) ?? [];
  const numbers = await readFrameNumbers(join(user.library, 'media/videos/film', playlist));
  expect(numbers).toEqual(Array.from({ length: SECONDS * 24 }, (_, number) => number));
  expect(user.leftovers()).toEqual([]);
}

describe('Ctrl-C ends it with 130: ffmpeg gone, nothing published, nothing left behind', () => {
  let ffmpeg: BadFfmpeg;
  let user: User;

  beforeEach(() => {
    ffmpeg = badFfmpeg('endless');
    user = newUser(ffmpeg.env);
  });

  test('while the film is encoded, and a rerun works', async () => {
    const { running, pid } = start(user);
    await until(isEncoding(user));
    process.kill(pid, 'SIGINT');
    const { exitCode, stdout, stderr } = await running;
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr.trimEnd().split('\n').slice(-3)).toEqual([
      expect.stringMatching(/error +✖ stopped {2}exit 130$/),
      expect.stringMatching(/error +Cause +What viewers see is as it was: /),
      expect.stringMatching(/error +Fix +Go on with: movie-ingest add \S+film\.mp4$/),
    ]);
    expectNothingToSee(user);
    await expectRerunWorks(user);
  });

  test('sent to the whole process group, as a terminal does: the same', async () => {
    const { running, pid } = start(user);
    await until(isEncoding(user));
    process.kill(-pid, 'SIGINT');
    const { exitCode, stderr } = await running;
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
    expect(exitCode, stderr).toBe(130);
    expect(stderr).not.toContain('ffmpeg stopped');
    expectNothingToSee(user);
  });

  test('while the film is probed', async () => {
    const dir = makeTempDir('ffprobe');
    const pidFile = join(dir, 'pid');
    const ffprobe = writeProgram(
      dir,
      'ffprobe',
      `require('node:fs').writeFileSync('${pidFile}', String(process.pid));
       setTimeout(() => {}, 600_000);`,
    );
    user = newUser({ ...ffmpeg.env, MOVIE_INGEST_FFPROBE: ffprobe });
    const { running, pid } = start(user);
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    process.kill(-pid, 'SIGINT');
    expect((await running).exitCode).toBe(130);
    expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
    expectNothingToSee(user);
  });

  test('SIGTERM ends it with 143 in the same way', async () => {
    const { running, pid } = start(user);
    await until(isEncoding(user));
    process.kill(pid, 'SIGTERM');
    const { exitCode, stderr } = await running;
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
    expect(exitCode, stderr).toBe(143);
    expectNothingToSee(user);
  });

  test('an ffmpeg that hears nothing is killed; a second Ctrl-C does not wait for that', async () => {
    ffmpeg = badFfmpeg('stubborn');
    user = newUser(ffmpeg.env);
    const patient = start(user);
    await until(() => ffmpeg.encodes() === 1);
    process.kill(patient.pid, 'SIGINT');
    expect((await patient.running).exitCode).toBe(130);
    expect(ffmpeg.pids().filter(isAlive)).toEqual([]);

    const hasty = start(user);
    await until(() => ffmpeg.encodes() === 2);
    // Two signals at once may arrive as one: until it is gone.
    await until(() => !send('SIGINT', hasty.pid));
    expect((await hasty.running).exitCode).toBe(130);
    // Init may take a moment to bury what was killed.
    await until(() => ffmpeg.pids().filter(isAlive).length === 0);
  });

  test('what a wrapper script around ffmpeg started ends with it', async () => {
    ffmpeg = badFfmpeg('wrapped');
    user = newUser(ffmpeg.env);
    const { running, pid } = start(user);
    await until(isEncoding(user));
    process.kill(pid, 'SIGINT');
    expect((await running).exitCode).toBe(130);
    await until(() => ffmpeg.pids().filter(isAlive).length === 0);
    expectNothingToSee(user);
  });
});

describe.skipIf(await isTmuxMissing())('on a real terminal', () => {
  test('Ctrl-C under the bars: 130, ffmpeg gone, and the terminal as it was', async () => {
    const ffmpeg = badFfmpeg('endless');
    const user = newUser(ffmpeg.env);
    const words = [...CLI, 'add', film].map((word) => `'${word}'`).join(' ');
    const terminal = await ShellTerminal.open(words, { env: cleanEnv(user.env) });
    try {
      await terminal.waitFor('  upload ');
      await until(isEncoding(user));
      await terminal.press('C-c');
      const screen = await terminal.waitFor('rc=');
      expect(screen).toContain('✖ stopped  exit 130');
      expect(screen).toContain('Go on with: movie-ingest add ');
      expect(screen).toContain('rc=130');
      expect(screen).not.toContain('█');
      expect(await terminal.isUsable()).toBe(true);
      expect(ffmpeg.pids().filter(isAlive)).toEqual([]);
      expectNothingToSee(user);
    } finally {
      await terminal.close();
    }
  });
});

describe('while a slow bucket takes its time', () => {
  let s3: FakeS3;

  beforeEach(async () => {
    s3 = await startFakeS3();
  });
  afterEach(async () => {
    await s3.stop();
  });

  test('Ctrl-C does not wait for it: 130, no master, no document; a rerun works', async () => {
    const user = newUser({ ...badFfmpeg('works').env, ...s3Env({ ...s3.settings, kind: 's3' }) });
    s3.fail(({ method, key }) => (method === 'PUT' && key.endsWith('.ts') ? 'silence' : undefined));
    const { running, pid } = start(user);
    await until(() => s3.requests.some(({ method, key }) => method === 'PUT' && /\.ts$/.test(key)));
    process.kill(pid, 'SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode, stderr).toBe(130);
    expect([...s3.objects.keys()].filter((key) => !key.endsWith('.ts'))).toEqual([]);
    expectNothingToSee(user);

    s3.fail(() => undefined);
    const again = await runCli(['add', film], user);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(s3.objects.has('videos/film/master.m3u8')).toBe(true);
  });
});

describe('kill -9 in the middle of the encode', () => {
  test.each(['endless', 'wrapped', 'stubborn'])(
    'leaves no ffmpeg running that %s, and a rerun works',
    async (behaviour) => {
      const ffmpeg = badFfmpeg(behaviour);
      const user = newUser(ffmpeg.env);
      const { running, pid } = start(user);
      await until(() => ffmpeg.encodes() === 1);
      if (behaviour !== 'stubborn') await until(isEncoding(user));
      process.kill(pid, 'SIGKILL');
      await running;
      await until(() => ffmpeg.pids().filter(isAlive).length === 0);
      expect(user.leftovers()).toEqual(['film']);
      if (behaviour === 'endless') await expectRerunWorks(user);
    },
  );

  test('the same when its whole process group is killed', async () => {
    const ffmpeg = badFfmpeg('endless');
    const user = newUser(ffmpeg.env);
    const { running, pid } = start(user);
    await until(isEncoding(user));
    process.kill(-pid, 'SIGKILL');
    await running;
    await until(() => ffmpeg.pids().filter(isAlive).length === 0);
  });

  test('promise 4: a rerun works although an ffmpeg that got away is still writing', async () => {
    const ffmpeg = badFfmpeg('endless');
    const user = newUser(ffmpeg.env);
    const { running, pid } = start(user);
    await until(isEncoding(user));
    for (const guard of await guardsOf(ffmpeg)) process.kill(guard, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await running;
    // The encoder; a decoder that was checking a segment may end a moment later.
    expect(ffmpeg.pids().filter(isAlive).length).toBeGreaterThan(0);
    expect(user.leftovers()).toEqual(['film']);
    await expectRerunWorks(user);
    for (const orphan of ffmpeg.pids()) send('SIGKILL', orphan);
  });
});

/** The shells that would end what a killed run leaves behind. */
async function guardsOf(ffmpeg: BadFfmpeg): Promise<readonly number[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  return rows
    .filter(([, , parent, args]) => {
      const isOurs = ffmpeg.pids().includes(Number(parent));
      return isOurs && args?.includes('movie-ingest-guard') === true;
    })
    .map(([, pid]) => Number(pid));
}

describe('asked how far it is with SIGUSR1', () => {
  test.each([
    { flags: [], line: /^\S+Z status +film encode \d+% speed=\S+/m },
    { flags: ['--quiet'], line: /^\S+Z status +film encode \d+% speed=\S+/m },
  ])('it says so in one line: add $flags', async ({ flags, line }) => {
    const user = newUser(badFfmpeg('endless').env);
    const { running, pid } = start(user, flags);
    let stderr = '';
    running.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await until(isEncoding(user));
    await until(() => send('SIGUSR1', pid) && line.test(stderr));
    process.kill(pid, 'SIGINT');
    expect((await running).exitCode).toBe(130);
  });

  test('with --json it is an event, and stderr stays empty', async () => {
    const user = newUser(badFfmpeg('endless').env);
    const { running, pid } = start(user, ['--json']);
    let stdout = '';
    running.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    await until(() => stdout.includes('"encode.progress"'));
    process.kill(pid, 'SIGUSR1');
    await until(() => stdout.includes('"type":"status"'));
    process.kill(pid, 'SIGINT');
    const run = await running;
    const [status] = eventsOfType(run, 'status');
    expect(status).toMatchObject({ step: 'encode', slug: 'film', encode: { totalMs: 30_000 } });
    expect(run.stderr).toBe('');
  });
});

describe('two at once', () => {
  test('of the same film: one works, the other is told whom to wait for (11), or waits', async () => {
    const mayGoOn = join(makeTempDir('gate'), 'open');
    const ffmpeg = badFfmpeg(`waits=${mayGoOn}`);
    const user = newUser(ffmpeg.env);
    const { running, pid } = start(user);
    await until(() => ffmpeg.encodes() === 1);
    const refused = await runCli(['add', film], user);
    expect(refused.exitCode).toBe(11);
    expect(refused.stderr).toContain(`✖ pid ${pid} on `);
    const second = startCli(['add', film, '--wait', '2m'], user);
    writeFileSync(mayGoOn, '');
    const waiting = await second;
    expect(waiting.exitCode, waiting.stderr).toBe(0);
    expect(waiting.stderr).toMatch(/done +film unchanged /);
    expect((await running).exitCode).toBe(0);
    expect(ffmpeg.encodes()).toBe(1);
  });
});
