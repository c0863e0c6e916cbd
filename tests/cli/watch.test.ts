import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { runMain, startCli } from '../helpers/run-cli.ts';
import { until } from '../helpers/until.ts';

describe('movie-ingest watch', () => {
  test('takes films as they come to rest, goes on after one that fails, and after it was stopped', async () => {
    const user = newUser();
    const folder = join(user.home, 'in');
    mkdirSync(folder);
    // Three films: the same one under another name would be left alone.
    const clip = (name: string, height: number) =>
      makeClip({ dir: user.home, name, width: 160, height });
    const [one, two, three] = [
      await clip('1.mp4', 90),
      await clip('2.mp4', 96),
      await clip('3.mp4', 112),
    ];
    writeFileSync(join(folder, 'broken.mp4'), 'no film at all');
    copyFileSync(one, join(folder, 'one.mp4'));

    const env = { ...user.env, MOVIE_INGEST_STATE_DIR: join(user.home, 'state') };
    const first = startCli(['watch', folder, '--settle', '1s'], { env });
    await until(() => user.documents().includes('one'));
    // A copy that is not complete has another name until it is.
    copyFileSync(two, join(folder, 'two.mp4.part'));
    renameSync(join(folder, 'two.mp4.part'), join(folder, 'two.mp4'));
    await until(() => user.documents().includes('two'));
    first.kill('SIGTERM');
    const stopped = await first;
    expect(stopped.exitCode).toBe(143);
    expect(stopped.stderr).toContain('broken.mp4');

    const second = startCli(['watch', folder, '--settle', '1s'], { env });
    copyFileSync(three, join(folder, 'three.mp4'));
    await until(() => user.documents().includes('three'));
    second.kill('SIGTERM');
    // What is done with is not tried again: neither the film that is in nor the one that failed.
    expect((await second).stderr).not.toMatch(/one\.mp4|broken\.mp4/);
  });

  test('what is no folder is refused', async () => {
    const { exitCode, stderr } = await runMain(['watch', '/nowhere/at/all']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no folder');
  });
});
