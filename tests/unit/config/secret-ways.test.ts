import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { loadIn, mistakeIn, R2, without } from './load-in.ts';

const SECRET = R2.R2_SECRET_ACCESS_KEY;
const REST = without(R2, 'R2_SECRET_ACCESS_KEY');

function secretFile(text: string): string {
  const file = join(makeTempDir('secret'), "the key's file");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

describe('promise 8: a secret need not stand in any setting', () => {
  it('is read from the file that its _FILE variable names, without the line end', async () => {
    const env = { ...REST, R2_SECRET_ACCESS_KEY_FILE: secretFile(`${SECRET}\n`) };
    const { store, origins } = await loadIn({ env });
    expect(store).toMatchObject({ kind: 'r2', secretAccessKey: SECRET });
    expect(origins['store.secretAccessKey']).toBe('R2_SECRET_ACCESS_KEY_FILE in the environment');
  });

  it('is what its _COMMAND prints: quotes and pipes work as in a shell', async () => {
    const command = `printf '%s\\n' 'no' "${SECRET}" | tail -n 1`;
    const { store } = await loadIn({ env: { ...REST, R2_SECRET_ACCESS_KEY_COMMAND: command } });
    expect(store).toMatchObject({ secretAccessKey: SECRET });
  });

  it('MongoDB: the whole URI', async () => {
    const uri = 'mongodb://ingest:hunter2@127.0.0.1:27017/films';
    const { catalog } = await loadIn({ env: { MONGODB_URI_COMMAND: `echo '${uri}'` } });
    expect(catalog).toMatchObject({ kind: 'mongo', uri, db: 'films' });
  });

  it('the user file has both ways; a path there starts at its folder', async () => {
    const file = secretFile(SECRET);
    const { store } = await loadIn({
      env: without(REST, 'R2_BUCKET'),
      user: { r2: { bucket: 'movies', secretAccessKeyFile: file } },
    });
    expect(store).toMatchObject({ secretAccessKey: SECRET, bucket: 'movies' });
    const other = await loadIn({
      env: REST,
      user: { r2: { secretAccessKeyCommand: `cat "${file}"` } },
    });
    expect(other.store).toMatchObject({ secretAccessKey: SECRET });
  });

  it.each([
    ['.env', { dotenv: "R2_SECRET_ACCESS_KEY_COMMAND='touch ran'\n" }],
    ['the project file', { project: { r2: { secretAccessKeyCommand: 'touch ran' } } }],
  ])('a command in %s is refused, not run: the folder may be a stranger’s', async (_, place) => {
    const ran: string[] = [];
    const runCommand = async (command: string) => {
      ran.push(command);
      return { stdout: SECRET };
    };
    const { exit, text } = await mistakeIn({ env: REST, runCommand, ...place });
    expect({ exit, ran }).toEqual({ exit: 'usage', ran: [] });
    expect(text).toContain('no command is run');
  });

  it('two ways in one place are a mistake that names both', async () => {
    const { text } = await mistakeIn({ env: { ...R2, R2_SECRET_ACCESS_KEY_FILE: '/nowhere' } });
    expect(text).toContain('R2_SECRET_ACCESS_KEY and R2_SECRET_ACCESS_KEY_FILE are both set');
    expect(text).not.toContain(SECRET);
  });

  it('the stronger place wins, whichever way it says it', async () => {
    const { store } = await loadIn({
      env: { ...REST, R2_SECRET_ACCESS_KEY_FILE: secretFile(SECRET) },
      dotenv: `R2_SECRET_ACCESS_KEY=${'0'.repeat(64)}\n`,
    });
    expect(store).toMatchObject({ secretAccessKey: SECRET });
  });

  it.each([
    ['is not there', { R2_SECRET_ACCESS_KEY_FILE: '/nowhere/key' }],
    ['is empty', { R2_SECRET_ACCESS_KEY_FILE: '/dev/null' }],
    ['printed nothing', { R2_SECRET_ACCESS_KEY_COMMAND: 'true' }],
    [
      'ended with code 44',
      { R2_SECRET_ACCESS_KEY_COMMAND: `echo ${SECRET}; echo ${SECRET} >&2; exit 44` },
    ],
  ])('one that %s is told, and nothing that was printed', async (words, way) => {
    const { exit, text } = await mistakeIn({ env: { ...REST, ...way } });
    expect(exit).toBe('usage');
    expect(text).toContain(words);
    expect(text).not.toContain(SECRET);
  });

  it('a store that is not chosen asks no keychain', async () => {
    const env = { ...REST, R2_SECRET_ACCESS_KEY_COMMAND: 'exit 1' };
    const { store } = await loadIn({ env, flags: { store: 'folder' } });
    expect(store.kind).toBe('folder');
  });
});
