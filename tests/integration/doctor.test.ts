import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { macFfmpeg } from '../helpers/mac-ffmpeg.ts';
import { runCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

describe('movie-ingest doctor', () => {
  test('nothing configured: all that the embedded default needs is there, exit 0', async () => {
    const { exitCode, stdout } = await runCli(['doctor']);
    expect(stdout).not.toContain('✖');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✔ encoder +libx264: a trial encode made 66 pictures/);
    expect(stdout).toMatch(/✔ store +folder .*: list, put, read and delete work/);
  });

  test('--json: an object per line on stdout, nothing else', async () => {
    const { stdout } = await runCli(['doctor', '--json']);
    const checks = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(checks.map(({ type }) => type)).toEqual(checks.map(() => 'check'));
    expect(checks.map(({ name }) => name)).toContain('catalogue');
  });

  test('a wrong path of ffmpeg: told with its origin, exit 2, and the rest is checked', async () => {
    const { exitCode, stdout } = await runCli(['doctor'], {
      env: { MOVIE_INGEST_FFMPEG: '/usr/nowhere/ffmpeg' },
    });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/✖ ffmpeg +There is no program ffmpeg at \/usr\/nowhere\/ffmpeg/);
    expect(stdout).toMatch(/Cause .*MOVIE_INGEST_FFMPEG in the environment/);
    expect(stdout).toMatch(/✔ catalogue/);
  });

  test('a Mac whose VideoToolbox refuses: a warning with the reason, exit 0', async () => {
    const { exitCode, stdout } = await runCli(['doctor'], {
      env: { MOVIE_INGEST_FFMPEG: macFfmpeg('refuses') },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('! encoder      h264_videotoolbox does not work here');
    expect(stdout).toContain('no hardware encoder for it (−12908)');
  });

  test('the encoder is asked anew, whatever an earlier run found', async () => {
    const marker = join(makeTempDir('marker'), 'asked');
    const env = {
      HOME: makeTempDir('home'),
      MOVIE_INGEST_FFMPEG: macFfmpeg(`refuses-until=${marker}`),
    };
    expect((await runCli(['doctor'], { env })).stdout).toContain('! encoder');
    writeFileSync(marker, '');
    expect((await runCli(['doctor'], { env })).stdout).not.toContain('! encoder');
  });

  test('a library that cannot be written: its code, and the tools are checked all the same', async () => {
    const file = join(makeTempDir('library'), 'a-file');
    writeFileSync(file, '');
    const { exitCode, stdout } = await runCli(['doctor', '--library', join(file, 'below')]);
    expect(stdout).toMatch(/✖ store/);
    expect(stdout).toMatch(/✔ ffprobe/);
    expect(exitCode).toBe(6);
  });
});
