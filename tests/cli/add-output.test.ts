import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { corpus } from '../helpers/corpus.ts';
import { eventsOf } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { type CliResult, runCli, runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const URL_LINE = 'http://127.0.0.1:4680/videos/film/master.m3u8\n';
/** C0 but the line end, DEL, C1, and what turns the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
let film: string;

beforeAll(async () => {
  const dir = makeTempDir('films');
  film = await makeClip({ dir, name: 'film.mp4', width: 160, height: 90, seconds: 1 });
});

describe('what add says', () => {
  test('--json: every line an event of the published contract, in the order of the work', async () => {
    const result = await runMain(['add', film, '--json'], newUser());
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe('');
    const types = eventsOf(result).map(({ type }) => type);
    const facts = types.filter((type) => !/^step$|progress$/.test(type));
    expect(facts).toEqual([
      'probed',
      'planned',
      'ready',
      'encoded',
      'checked',
      'loudness',
      'uploaded',
      'published',
      'saved',
      'result',
    ]);
  });

  test('--json with a failure: the error is the last event, with its code', async () => {
    const result = await runMain(['add', `${film}.gone`, '--json'], newUser());
    expect(eventsOf(result).at(-1)).toMatchObject({ type: 'error', exit: 4, code: 'film' });
    expect(result).toMatchObject({ exitCode: 4, stderr: '' });
  });

  test('--quiet: the URL alone, and nothing on stderr', async () => {
    const result = await runMain(['add', film, '--quiet'], newUser());
    expect(result).toEqual({ exitCode: 0, stdout: URL_LINE, stderr: '' });
  });

  test('--quiet with a failure: the error, with its cause', async () => {
    const { exitCode, stdout, stderr } = await runMain(['add', `${film}.gone`, '-q'], newUser());
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/✖ film\.mp4\.gone was not found/);
  });

  test.each([
    ['no terminal: no colours', {}, [], false],
    ['FORCE_COLOR: colours', { FORCE_COLOR: '1' }, [], true],
    ['NO_COLOR: none', { NO_COLOR: '1' }, [], false],
    ['--no-color wins over FORCE_COLOR', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('%s', async (_what, env, flags, hasColor) => {
    const user = newUser(env);
    const { stderr } = await runMain(['add', `${film}.gone`, ...flags], user);
    expect(stderr.includes('\u001b[')).toBe(hasColor);
  });

  test('--verbose: steps, and the stack of a failure', async () => {
    const { stderr } = await runMain(['add', `${film}.gone`, '--verbose'], newUser());
    expect(stderr).toMatch(/step +probe/);
    expect(stderr).toMatch(/at .*stat-film\.ts/);
  });
});

const hostile = corpus('derived/hostile-metadata.mp4');

describe.skipIf(hostile === undefined)('a film whose title wants to steer the terminal', () => {
  let user: User;
  let result: CliResult;

  beforeAll(async () => {
    user = newUser({ MOVIE_INGEST_STATE_DIR: makeTempDir('state') });
    result = await runCli(['add', hostile ?? '', '--verbose'], user);
    expect(result.exitCode, result.stderr).toBe(0);
  });

  test('stdout and stderr', () => {
    expect(result.stdout).not.toMatch(STEERING);
    expect(result.stderr).not.toMatch(STEERING);
  });

  test('document, manifest and playlists', () => {
    const names = readdirSync(user.library, { recursive: true, encoding: 'utf8' });
    const texts = names.filter((name) => /\.(json|m3u8)$/.test(name));
    expect(texts.length).toBeGreaterThan(3);
    for (const name of texts) {
      const text = readFileSync(join(user.library, name), 'utf8');
      expect(text).not.toMatch(STEERING);
      expect(text).not.toMatch(/\\u00[01][0-9a-f]|\\u202e/); // nor in the values, escaped
    }
  });

  test('its other tags become nothing: no key called $where, no __proto__', () => {
    const document = readFileSync(join(user.library, 'catalog/hostile-metadata.json'), 'utf8');
    expect(document).not.toMatch(/\$where|__proto__|DROP TABLE/);
  });

  test('segments have no title at all', () => {
    const names = readdirSync(user.library, { recursive: true, encoding: 'utf8' });
    const segments = names.filter((name) => name.endsWith('.ts'));
    expect(segments.length).toBeGreaterThan(0);
    for (const name of segments) {
      expect(readFileSync(join(user.library, name), 'latin1')).not.toMatch(/pwned|script>/);
    }
  });

  test('journal', () => {
    const journal = join(user.env['MOVIE_INGEST_STATE_DIR'] ?? '', 'journal');
    const files = readdirSync(journal);
    expect(files).toEqual(['hostile-metadata.ndjson']);
    for (const file of files)
      expect(readFileSync(join(journal, file), 'utf8')).not.toMatch(STEERING);
  });
});
