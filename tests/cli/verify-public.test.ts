import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LibraryServer, serveLibrary } from '../../src/preview/serve-library.ts';
import { documentCatalog } from '../e2e/document-catalog.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { writeProgram } from '../helpers/program.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** One film in a library that a server of this machine gives to the public. */
const user = newUser();
let server: LibraryServer;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const pageDir = makeTempDir('page');
  writeFileSync(join(pageDir, 'index.html'), '');
  server = await serveLibrary({
    mediaDir: join(user.library, 'media'),
    publicBaseUrl: 'http://127.0.0.1:9',
    catalog: documentCatalog([]),
    port: 0,
    pageDir,
    signal: new AbortController().signal,
  });
  env = { ...user.env, MOVIE_INGEST_PUBLIC_URL: server.url };
  const film = await makeClip({ dir: user.home, name: 'film.mp4', width: 160, height: 90 });
  const added = await runMain(['add', film], { env });
  expect(added.exitCode, added.stderr).toBe(0);
});

afterAll(() => server?.close());

/** Apple's program, as far as is known from its reports: it says this, and leaves a file where it runs. */
function validator(says: string) {
  const bin = makeTempDir('bin');
  const log = join(bin, 'asked');
  const script =
    `const { writeFileSync } = require('node:fs');` +
    `writeFileSync(${JSON.stringify(log)}, args.join('\\n'));` +
    `writeFileSync('validation_data.json', '{}');` +
    `process.stdout.write(${JSON.stringify(says)});`;
  writeProgram(bin, 'mediastreamvalidator', script);
  const path = [bin, process.env['PATH']].join(delimiter);
  return {
    env: { ...env, PATH: path },
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8') : undefined),
  };
}

const CONTENT =
  'mediastreamvalidator: Version 1.23.14\n\n[/videos/film/master.m3u8] Started root playlist download\n';
const COMPLAINT = 'Error: Measured peak bitrate exceeds the declared value by 14%';

describe("Apple's mediastreamvalidator, where it is installed", () => {
  const verify = (own: Readonly<Record<string, string>>, ...flags: readonly string[]) =>
    runMain(['verify', 'film', '--json', ...flags], { env: own });

  test('is asked about the public address, and its silence is good', async () => {
    const apple = validator(CONTENT);
    const result = await verify(apple.env, '--public');
    expect(result.exitCode, result.stdout).toBe(0);
    expect(apple.asked()).toBe(`${server.url}/videos/film/master.m3u8`);
  });

  test('what it calls an error is drift, in its words', async () => {
    const apple = validator(`${CONTENT}MUST fix issues\n\n${COMPLAINT}\n--> Source: 90p\n`);
    const result = await verify(apple.env, '--public');
    expect(result.exitCode).toBe(10);
    const found = eventsOfType(result, 'difference').filter(({ mark }) => mark !== '=');
    expect(found).toMatchObject([{ kind: 'apple validator', detail: COMPLAINT }]);
  });

  test('is not asked unless the public address is to be tried', async () => {
    const apple = validator(COMPLAINT);
    expect((await verify(apple.env)).exitCode).toBe(0);
    expect(apple.asked()).toBeUndefined();
  });

  test('and where it is not installed nothing is missing', async () => {
    const result = await verify(env, '--public');
    expect(result.exitCode, result.stdout).toBe(0);
  });
});
