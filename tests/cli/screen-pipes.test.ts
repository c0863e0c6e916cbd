import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { wholeRun } from '../fixtures/ui/film-run.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';

const script = join(import.meta.dirname, '../fixtures/ui/show-events.ts');
const URL_LINE = 'https://media.example.com/videos/phim-01/master.m3u8\n';

/** Shows many runs through a shell line in which `SHOW` stands for the command. */
async function show(line: string, runs = 1) {
  const dir = makeTempDir('pipes');
  const events = Array.from({ length: runs }, wholeRun).flat();
  const server = createServer((socket) => {
    socket.on('error', () => {}); // the one who listens may be gone
    for (const event of [...events, { type: 'exit' }]) socket.write(`${JSON.stringify(event)}\n`);
  });
  const socketPath = join(dir, 'events');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const command = `"$NODE" --import tsx "$SCRIPT" "$SOCKET"`;
  const result = await execa('bash', ['-c', line.replace('SHOW', command)], {
    env: { NODE: process.execPath, SCRIPT: script, SOCKET: socketPath },
    reject: false,
    stripFinalNewline: false,
  });
  server.close();
  removeTempDir(dir);
  return result;
}

test('stdout has the URL alone, stderr the rest', async () => {
  const { stdout, stderr, exitCode } = await show('SHOW');
  expect(stdout).toBe(URL_LINE);
  expect(stderr).toContain(' done ');
  expect(exitCode).toBe(0);
});

test('a reader of stdout that goes away is no error', async () => {
  const { stdout, stderr } = await show('set -o pipefail; SHOW --json | head -1; echo $? >&2', 500);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'film.start' });
  expect(stderr).toBe('0\n');
});

test('a reader of stderr that goes away is no error', async () => {
  const { stdout } = await show('{ SHOW; echo rc=$?; } 2> >(head -c 1 >/dev/null)', 200);
  expect(stdout).toBe(`${URL_LINE.repeat(200)}rc=0\n`);
});

test('stdout closed, stderr closed, or both: the run goes on to its end', async () => {
  expect((await show('SHOW >&-')).exitCode).toBe(0);
  expect((await show('SHOW 2>&-')).stdout).toBe(URL_LINE);
  expect((await show('SHOW >&- 2>&-')).exitCode).toBe(0);
});
