import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { snapshotTree } from '../helpers/snapshot-tree.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

describe('an empty library', () => {
  test('has a list with no film in it, and looking at it makes nothing', async () => {
    const user = newUser();
    const list = await runMain(['list'], user);
    expect(list).toEqual({
      exitCode: 0,
      stdout: 'SLUG  TITLE  DURATION  RESOLUTIONS  CREATED\n',
      stderr: '',
    });
    expect(await runMain(['list', '--json'], user)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(user.library)).toBe(false);
  });

  test('has no film to show: 2, and where to look', async () => {
    const user = newUser();
    const { exitCode, stdout, stderr } = await runMain(['show', 'film'], user);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/✖ there is no film called film in folder \S+\/catalog {2}exit 2/);
    expect(stderr).toMatch(/Fix +See what there is: movie-ingest list/);
    expect(existsSync(user.library)).toBe(false);
  });
});

describe('a library of two films', () => {
  const user = newUser();

  beforeAll(async () => {
    const dir = makeTempDir('films');
    const small = { dir, width: 160, height: 90, seconds: 1 };
    const first = await makeClip({ ...small, name: 'Đất Rừng Phương Nam (2023).mp4' });
    const second = await makeClip({
      ...small,
      name: 'two.mp4',
      audio: [{ language: 'vie' }],
      title: 'Two \u001b[31mred\u001b[0m \u202efilms\u0007',
    });
    for (const film of [first, second]) {
      expect((await runMain(['add', film], user)).exitCode).toBe(0);
    }
  });

  test('list: newest first, a line a film', async () => {
    const { exitCode, stdout, stderr } = await runMain(['list'], user);
    const today = '\\d{4}-\\d\\d-\\d\\d';
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        [
          '^SLUG +TITLE +DURATION +RESOLUTIONS +CREATED',
          `two +Two red films +00:00:01 +90p +${today}`,
          `dat-rung-phuong-nam-2023 +Đất Rừng Phương Nam +00:00:01 +90p +${today}\n$`,
        ].join('\n'),
      ),
    );
  });

  test('list --json: a document a line, in the shape of the API', async () => {
    const { stdout } = await runMain(['list', '--json'], user);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toMatchObject([
      { slug: 'two', title: 'Two red films', hls_url: expect.stringMatching(/two\/master\.m3u8$/) },
      { slug: 'dat-rung-phuong-nam-2023', metadata: { duration: '00:00:01', codec: 'h264' } },
    ]);
    for (const document of documents) {
      expect(document._id).toMatch(/^[0-9a-f]{24}$/);
      expect(document.created_at).toMatch(/^\d{4}-\d\d-\d\dT/);
    }
  });

  test('show: all of one film, and --json the same document as in the list', async () => {
    const { exitCode, stdout } = await runMain(['show', 'two'], user);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Two red films {2}two\n/);
    expect(stdout).toMatch(/HLS +http:\/\/127\.0\.0\.1:4680\/videos\/two\/master\.m3u8\n/);
    expect(stdout).toMatch(/Sound +vi · Tiếng Việt/);
    const shown = await runMain(['show', 'two', '--json'], user);
    const listed = await runMain(['list', '--json'], user);
    expect(shown.stdout).toBe(`${listed.stdout.split('\n')[0]}\n`);
  });

  test('a slug that is not there, or that is none, is 2 and reads no other file', async () => {
    for (const slug of ['three', '../catalog/two', '/etc/passwd', '', 'TWO', 'two.json']) {
      const { exitCode, stdout, stderr } = await runMain(['show', slug], user);
      expect({ exitCode, stdout }, `${slug}: ${stderr}`).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('✖ there is no film called');
    }
  });

  test('looking changes nothing, and no output steers a terminal', async () => {
    const before = snapshotTree(user.library);
    for (const args of [['list'], ['list', '--json'], ['show', 'two'], ['show', 'two', '--json']]) {
      const { stdout } = await runMain(args, user);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
    expect(snapshotTree(user.library)).toEqual(before);
  });
});
