import { existsSync } from 'node:fs';
import { readdir, readlink, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, startPreview } from './preview-server.ts';

const PATH = '/videos/film/seg_00001.ts';
const BYTES = 64 * 1024 * 1024;

/** Larger than all buffers between a server and a client that does not read. */
async function startWithLargeFile() {
  const preview = await startPreview();
  await writeFile(join(preview.mediaDir, PATH), '');
  await truncate(join(preview.mediaDir, PATH), BYTES);
  return preview;
}

/** How many files below `dir` this process, which is the server's, has open. */
async function openFiles(dir: string): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`));
  const paths = await Promise.all(links.map((link) => link.catch(() => '')));
  return paths.filter((path) => path.startsWith(dir)).length;
}

const canCount = existsSync('/proc/self/fd');
if (!canCount) process.stderr.write('SKIPPED: open files cannot be counted without /proc\n');

describe.skipIf(!canCount)('the server lets go of every file', () => {
  test('after 200 ranges at once, each answered rightly', async () => {
    const { server, mediaDir } = await startWithLargeFile();
    const requests = Array.from({ length: 200 }, async (_, index) => {
      const first = index * 1_000;
      const range = `bytes=${first}-${first + 99_999}`;
      const { status, headers, body } = await ask(server, PATH, { headers: { range } });
      return status === 206 && body.length === 100_000 && headers['content-range'];
    });
    const answers = await Promise.all(requests);
    expect(answers).toEqual(
      answers.map((_, index) => `bytes ${index * 1_000}-${index * 1_000 + 99_999}/${BYTES}`),
    );
    await expect.poll(() => openFiles(mediaDir)).toBe(0);
  });

  test('after answers that need no body: HEAD, 304, 416', async () => {
    const { server, mediaDir } = await startWithLargeFile();
    const { etag = '' } = (await ask(server, PATH, { method: 'HEAD' })).headers;
    await ask(server, PATH, { headers: { 'if-none-match': etag } });
    await ask(server, PATH, { headers: { range: `bytes=${BYTES}-` } });
    await expect.poll(() => openFiles(mediaDir)).toBe(0);
  });

  test('when 50 clients go away in the middle, as players do at each seek', async () => {
    const { server, mediaDir } = await startWithLargeFile();
    const clients = await Promise.all(Array.from({ length: 50 }, () => startReading(server.port)));
    // The server holds each file because its client does not read: it must not read on into memory.
    expect(await openFiles(mediaDir)).toBe(50);
    for (const client of clients) client.destroy();
    await expect.poll(() => openFiles(mediaDir)).toBe(0);
  });

  test('when it is closed while it answers', async () => {
    const { server, mediaDir } = await startWithLargeFile();
    const client = await startReading(server.port);
    client.on('error', () => {});
    await server.close();
    await expect.poll(() => openFiles(mediaDir)).toBe(0);
    client.destroy();
  });
});

test('a client that does not read holds the server up: it does not read ahead into memory', async () => {
  const { server } = await startWithLargeFile();
  const before = process.memoryUsage().arrayBuffers;
  const clients = await Promise.all(Array.from({ length: 8 }, () => startReading(server.port)));
  for (let turn = 0; turn < 2_000; turn += 1) await new Promise(setImmediate);
  const grown = process.memoryUsage().arrayBuffers - before;
  for (const client of clients) client.destroy();
  expect(grown).toBeLessThan(BYTES / 2); // 8 × 64 MiB were asked for
});

test('a file that becomes shorter while it is sent breaks the line instead of leaving the client waiting', async () => {
  const { server, mediaDir } = await startWithLargeFile();
  const client = await startReading(server.port);
  await truncate(join(mediaDir, PATH), 1_000);
  const closed = new Promise((resolve) => client.on('close', resolve));
  let bytes = 0;
  client.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  client.resume();
  await closed;
  expect(bytes).toBeLessThan(BYTES);
});

/** A line on which the large file was asked for and began to come; what follows is not read. */
function startReading(port: number) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const client = connect(port, '127.0.0.1', () => {
      client.write(`GET ${PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    });
    client.once('error', reject);
    client.once('data', () => {
      client.pause();
      resolve(client);
    });
  });
}
