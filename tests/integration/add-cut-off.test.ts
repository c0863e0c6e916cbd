import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

describe('promise 4: a run that was cut off just before the switch', () => {
  const library = makeTempDir('library');
  const env = { HOME: makeTempDir('home'), MOVIE_INGEST_LIBRARY: library };
  const videos = join(library, 'media/videos/film');
  let film: string;

  const files = () =>
    readdirSync(videos, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  const times = () => files().map((path) => [path, statSync(path).mtimeMs]);
  const add = () => runCli(['add', film, '--preset', 'fast'], { env });
  const forgetSwitch = () => {
    rmSync(join(videos, 'master.m3u8'));
    rmSync(join(library, 'catalog/film.json'));
  };

  beforeAll(async () => {
    film = await makeClip({ dir: makeTempDir('films'), name: 'film.mp4', seconds: 8 });
    const { exitCode, stderr } = await add();
    expect(exitCode, stderr).toBe(0);
  });

  test('is finished by the next one, with nothing encoded or sent again', async () => {
    const before = times();
    forgetSwitch();
    const again = await add();
    expect(again.exitCode, again.stderr).toBe(0);
    const isMaster = ([path]: (string | number)[]) => String(path).endsWith('master.m3u8');
    expect(times().filter((file) => !isMaster(file))).toEqual(
      before.filter((file) => !isMaster(file)),
    );
    expect(files()).toContain(join(videos, 'master.m3u8'));
  });

  test('is encoded anew, under a revision of its own, when something of it was lost since', async () => {
    forgetSwitch();
    const [segment = ''] = files().filter((path) => path.endsWith('.ts'));
    writeFileSync(segment, 'short');
    const again = await add();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stderr).toContain('is encoded again');
    expect(readdirSync(videos).filter((name) => name.endsWith('-2'))).toHaveLength(1);
  });
});
