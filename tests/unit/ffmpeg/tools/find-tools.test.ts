import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTools } from '../../../../src/ffmpeg/tools/find-tools.ts';
import { makeTempDir } from '../../../helpers/temp-dir.ts';

/** A folder with programs of these names; they are never started. */
function folderWith(...names: readonly string[]): string {
  const dir = makeTempDir('tools');
  for (const name of names) {
    writeFileSync(join(dir, name), '');
    chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

/** Without the Homebrew places: what is installed on this machine must not matter. */
const nowhere = {
  pathVariable: '/usr/nowhere',
  platform: 'linux',
  fixedFolders: ['/usr/elsewhere'],
} as const;

describe('finding ffmpeg and ffprobe', () => {
  test('the first on PATH is taken', async () => {
    const first = folderWith('ffmpeg', 'ffprobe');
    const second = folderWith('ffmpeg', 'ffprobe');
    await expect(
      findTools({ ...nowhere, pathVariable: `/usr/nowhere:${first}:${second}` }),
    ).resolves.toEqual({ ffmpeg: join(first, 'ffmpeg'), ffprobe: join(first, 'ffprobe') });
  });

  test("launchd's short PATH: the Homebrew places are searched after it", async () => {
    const brew = folderWith('ffmpeg', 'ffprobe');
    const found = await findTools({ ...nowhere, fixedFolders: ['/usr/elsewhere', brew] });
    expect(found.ffmpeg).toBe(join(brew, 'ffmpeg'));
    const onPath = folderWith('ffmpeg', 'ffprobe');
    const tools = await findTools({ ...nowhere, pathVariable: onPath, fixedFolders: [brew] });
    expect(tools.ffmpeg).toBe(join(onPath, 'ffmpeg'));
  });

  test('the ffprobe beside the ffmpeg comes before an earlier one on PATH', async () => {
    const early = folderWith('ffprobe');
    const pair = folderWith('ffmpeg', 'ffprobe');
    const tools = await findTools({ ...nowhere, pathVariable: `${early}:${pair}` });
    expect(tools.ffprobe).toBe(join(pair, 'ffprobe'));
  });

  test('the ffprobe beside an ffmpeg that was named comes first', async () => {
    const onPath = folderWith('ffmpeg', 'ffprobe');
    const named = folderWith('ffmpeg', 'ffprobe');
    const tools = await findTools({
      ...nowhere,
      pathVariable: onPath,
      ffmpegPath: join(named, 'ffmpeg'),
    });
    expect(tools).toEqual({ ffmpeg: join(named, 'ffmpeg'), ffprobe: join(named, 'ffprobe') });
  });

  test('an ffprobe from elsewhere on PATH does when there is none beside it', async () => {
    const alone = folderWith('ffmpeg');
    const other = folderWith('ffprobe');
    const tools = await findTools({ ...nowhere, pathVariable: `${alone}:${other}` });
    expect(tools.ffprobe).toBe(join(other, 'ffprobe'));
  });

  test('a bare name is looked for on PATH', async () => {
    const dir = folderWith('ffmpeg-7', 'ffprobe');
    const tools = await findTools({ ...nowhere, pathVariable: dir, ffmpegPath: 'ffmpeg-7' });
    expect(tools.ffmpeg).toBe(join(dir, 'ffmpeg-7'));
  });

  test('folders, files that are not executable and relative PATH entries are passed over', async () => {
    const odd = makeTempDir('odd');
    mkdirSync(join(odd, 'ffmpeg'));
    writeFileSync(join(odd, 'ffprobe'), '');
    chmodSync(join(odd, 'ffprobe'), 0o644);
    const good = folderWith('ffmpeg', 'ffprobe');
    const tools = await findTools({ ...nowhere, pathVariable: `::.:bin:${odd}:${good}` });
    expect(tools).toEqual({ ffmpeg: join(good, 'ffmpeg'), ffprobe: join(good, 'ffprobe') });
  });

  test('a path that is wrong is refused, and its origin named, though PATH has one', async () => {
    const dir = folderWith('ffmpeg', 'ffprobe');
    const wrong = findTools({
      ...nowhere,
      pathVariable: dir,
      platform: 'darwin',
      ffmpegPath: '/opt/nothing/ffmpeg',
      origins: { ffmpegPath: '.env line 3' },
    });
    await expect(wrong).rejects.toMatchObject({
      exit: 'usage',
      message: 'There is no program ffmpeg at /opt/nothing/ffmpeg',
      why: expect.stringContaining('.env line 3'),
      fix: expect.stringContaining('brew install ffmpeg'),
    });
  });

  test('a wrong ffprobe path is refused in the same way', async () => {
    const dir = folderWith('ffmpeg', 'ffprobe');
    await expect(
      findTools({ ...nowhere, pathVariable: dir, ffprobePath: dir }),
    ).rejects.toMatchObject({
      exit: 'usage',
      message: `There is no program ffprobe at ${dir}`,
      why: expect.stringContaining('MOVIE_INGEST_FFPROBE'),
    });
  });

  test.each([
    ['darwin', 'brew install ffmpeg'],
    ['linux', 'sudo apt-get install -y ffmpeg'],
  ] as const)('missing on %s: the install line', async (platform, line) => {
    const alone = folderWith('ffmpeg');
    const search = findTools({ ...nowhere, pathVariable: alone, platform });
    await expect(search).rejects.toMatchObject({
      exit: 'usage',
      message: 'ffprobe was not found',
      fix: expect.stringContaining(line),
      why: 'Searched PATH, /usr/elsewhere.',
    });
  });

  test('both missing, and no PATH at all as under a bare cron', async () => {
    await expect(findTools({ ...nowhere, pathVariable: undefined })).rejects.toMatchObject({
      message: 'ffmpeg and ffprobe were not found',
    });
  });
});
