import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { isCutOff } from '../../src/ffmpeg/damage/is-cut-off.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const path = join(makeTempDir('ogg'), 'film.ogv');
const whole = () => readFileSync(path);

beforeAll(async () => {
  await runFfmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=6'],
    ...['-f', 'lavfi', '-i', 'sine=duration=6', '-c:v', 'libvpx', '-b:v', '300k'],
    ...['-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'flac', path],
  ]);
});

const cutAt = (share: number) => {
  const cut = join(makeTempDir('ogg'), 'film.ogv');
  writeFileSync(cut, whole().subarray(0, Math.floor(whole().length * share)));
  return cut;
};

test('an Ogg film that was cut off is refused, not published short', async () => {
  const { env, published } = newUser({ MOVIE_INGEST_PRESET: SMALL });
  const { exitCode, stderr } = await runCli(['add', cutAt(0.7)], { env });
  expect(exitCode, stderr).toBe(4);
  expect(stderr).toContain('nothing is there');
  expect(published()).toEqual([]);
  const { exitCode: ofWhole, stderr: said } = await runCli(['add', path], { env });
  expect(ofWhole, said).toBe(0);
});

test('it is known by its last page, wherever the cut is', async () => {
  const ask = (film: string) => isCutOff({ path: film, container: 'ogg' });
  expect(await ask(path)).toBe(false);
  for (const share of [0.3, 0.5, 0.91, 0.999]) expect(await ask(cutAt(share))).toBe(true);
  expect(await isCutOff({ path: cutAt(0.5), container: 'matroska,webm' })).toBe(false);
});
