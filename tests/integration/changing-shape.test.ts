import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { newUser, SMALL } from '../helpers/new-user.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('shapes');

async function joined(name: string, sizes: readonly string[]): Promise<string> {
  const parts = sizes.map((_, index) => join(dir, `${name}-${index}.ts`));
  for (const [index, part] of parts.entries()) {
    await runFfmpeg([
      ...['-f', 'lavfi', '-i', `testsrc2=size=${sizes[index]}:rate=25:duration=3`],
      ...['-output_ts_offset', String(index * 3), '-c:v', 'libx264', '-preset', 'ultrafast', part],
    ]);
  }
  const path = join(dir, `${name}.ts`);
  writeFileSync(path, Buffer.concat(parts.map((part) => readFileSync(part))));
  return path;
}

test.each([
  ['another', ['320x180', '320x240'], 1],
  ['the same', ['320x180', '320x180'], 0],
] as const)('pictures of %s shape from some moment on', async (name, sizes, count) => {
  const path = await joined(name.replace(' ', '-'), sizes);
  const { env } = newUser({ MOVIE_INGEST_PRESET: SMALL });
  const run = await runCli(['add', path, '--no-copy', '--json'], { env });
  expect(run.exitCode, run.stdout).toBe(0);
  const told = eventsOfType(run, 'warning').filter(({ message }) =>
    /changes its size/.test(message),
  );
  expect(told).toHaveLength(count);
});
