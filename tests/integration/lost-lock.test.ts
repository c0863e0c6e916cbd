import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { FolderCatalog } from '../../src/catalog/folder.ts';
import { FolderStore } from '../../src/store/folder.ts';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** A film with two revisions; each run works on a copy. */
const original = newUser();
const film = join(makeTempDir('films'), 'film.mp4');
let user: User;
let stateDir: string;

beforeAll(async () => {
  await makeClip({ dir: join(film, '..'), name: 'film.mp4', width: 160, height: 90, seconds: 1 });
  for (const flags of [[], ['--force']]) {
    const added = await runMain(['add', film, ...flags], original);
    expect(added.exitCode, added.stderr).toBe(0);
  }
});

const run = (...words: string[]) => runMain([...words, '--json'], user);
const media = (...path: string[]) => join(user.library, 'media', ...path);

/** What has to be so before a command has something to write, and the command. */
const COMMANDS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  rm: async () => ['rm', 'film', '--yes'],
  restore: async () => {
    await run('rm', 'film', '--yes');
    return ['restore', 'film'];
  },
  edit: async () => ['edit', 'film', '--title', 'Another'],
  rollback: async () => ['rollback', 'film'],
  'gc of what was removed': async () => {
    await run('rm', 'film', '--yes');
    return ['gc', '--grace', '0s', '--max-delete', '1'];
  },
  'gc of old revisions': async () => ['gc', '--grace', '0s', '--max-delete', '1'],
  'sync that puts a document back': async () => {
    rmSync(join(user.library, 'catalog/film.json'));
    return ['sync'];
  },
  'sync that puts a master back': async () => {
    rmSync(media('videos/film/master.m3u8'));
    return ['sync', '--repair'];
  },
  'sync that makes a poster again': async () => {
    rmSync(media('posters/film.jpg'));
    return ['sync', '--repair'];
  },
};

/** The commands' writes, by what they are written with; each calls through. */
function watchWrites(onWrite: (number: number) => void): { count: () => number } {
  let writes = 0;
  const counted = (owner: object, method: string) => {
    const original = Reflect.get(owner, method) as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(owner as Record<string, () => unknown>, method).mockImplementation(async function (
      this: unknown,
      ...args: unknown[]
    ) {
      const result = await original.apply(this, args);
      writes += 1; // what was refused is none
      onWrite(writes);
      return result;
    } as () => unknown);
  };
  for (const method of ['put', 'remove', 'relabel']) counted(FolderStore.prototype, method);
  for (const method of ['upsert', 'change', 'remove']) counted(FolderCatalog.prototype, method);
  return { count: () => writes };
}

/** As somebody does who took this run for dead: its claims are gone. */
function takeLocks(): number {
  const dir = join(stateDir, 'locks');
  const claims = (
    existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : []
  ).map((name) => join(dir, name));
  for (const claim of claims) rmSync(claim, { recursive: true, force: true });
  return claims.length;
}

beforeEach(() => anew());
afterEach(() => void vi.restoreAllMocks());

function anew(): void {
  vi.restoreAllMocks();
  stateDir = makeTempDir('state');
  user = newUser({ MOVIE_INGEST_STATE_DIR: stateDir });
  cpSync(original.library, user.library, { recursive: true, preserveTimestamps: true });
}

describe('promise 5: a command whose lock is lost writes nothing more (fault F18)', () => {
  test.each(Object.entries(COMMANDS))('%s', async (_, prepare) => {
    const words = await prepare();
    const undisturbed = watchWrites(() => {});
    const whole = await run(...words);
    expect(whole.exitCode, whole.stdout).toBe(0);
    const total = undisturbed.count();
    expect(total).toBeGreaterThan(0);

    for (let last = 0; last < total; last += 1) {
      anew();
      await prepare();
      const disturbed = watchWrites((number) => {
        if (number === last) expect(takeLocks()).toBeGreaterThan(0);
      });
      if (last === 0) {
        const { get } = FolderStore.prototype;
        vi.spyOn(FolderStore.prototype, 'get').mockImplementation(function (
          this: FolderStore,
          ...args
        ) {
          takeLocks(); // gone as soon as it was there: nobody reads before
          return get.apply(this, args);
        });
      }
      const cut = await run(...words);
      const about = `${words.join(' ')}, lost after ${last} of ${total}: ${cut.stdout}`;
      expect(cut.exitCode, about).toBe(11);
      expect(disturbed.count(), about).toBe(last);
      const [error] = eventsOfType(cut, 'error');
      expect(error, about).toMatchObject({
        code: 'locked',
        message: 'this run has lost its lock, and stopped',
      });
      expect(error?.fix, about).toContain('Run the same command again');
      vi.restoreAllMocks();
      const again = await run(...words);
      expect(again.exitCode, `${about}\n${again.stdout}`).toBe(0);
      const after = await run('sync', '--check');
      expect(eventsOfType(after, 'tally')[0], `${about}\n${after.stdout}`).toMatchObject({
        left: 0,
      });
    }
  });
});
