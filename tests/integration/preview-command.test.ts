import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../helpers/run-cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

/** A library with the documents of these films, and no media. */
async function makeCatalog(slugs: readonly string[]): Promise<string> {
  const library = makeTempDir('library');
  await mkdir(join(library, 'catalog'));
  for (const slug of slugs) {
    const document = { slug, title: slug, created_at: { $date: '2024-05-01T10:00:00Z' } };
    await writeFile(join(library, 'catalog', `${slug}.json`), JSON.stringify(document));
  }
  return library;
}

/** The running command and the address that it printed. */
async function startCommand(args: readonly string[]) {
  const command = startCli(['preview', '--no-open', ...args]);
  onTestFinished(() => void command.kill('SIGKILL'));
  const printed = once(command.stdout ?? command, 'data').then(([line]) => String(line));
  return { command, printed: await Promise.race([printed, command.then(explainEnd)]) };
}

function explainEnd({
  exitCode,
  stderr,
}: {
  exitCode?: number | undefined;
  stderr: string;
}): never {
  throw new Error(`it ended with ${exitCode}: ${stderr}`);
}

describe('movie-ingest preview', () => {
  test('prints its address alone on stdout, serves the built page and the catalogue, and ends well on Ctrl-C', async () => {
    const library = await makeCatalog(['phim-01']);
    const { command, printed } = await startCommand(['--port', '0', '--library', library]);
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const url = printed.trim();
    expect(await (await fetch(url)).text()).toContain('<script type="module" src="/page.js">');
    expect((await fetch(`${url}player.js`)).status).toBe(200);
    expect(await (await fetch(`${url}licences.txt`)).text()).toContain('hls.js');
    expect(await (await fetch(`${url}api/movies`)).json()).toMatchObject([{ slug: 'phim-01' }]);
    command.kill('SIGINT');
    const { stdout, exitCode } = await command;
    expect({ stdout, exitCode }).toEqual({ stdout: printed, exitCode: 0 });
    await expect(fetch(url)).rejects.toThrow();
  });

  test('goes straight to a film that is named', async () => {
    const library = await makeCatalog(['phim-01']);
    const { printed } = await startCommand(['phim-01', '--port', '0', '--library', library]);
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/watch\/phim-01\n$/);
  });

  test('plays a folder with HLS on a port of its own, and opens its one film', async () => {
    const library = await makeCatalog([]);
    const folder = makeTempDir('hls');
    await writeFile(
      join(folder, 'master.m3u8'),
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n',
    );
    for (const word of [folder, join(folder, 'master.m3u8')]) {
      const { printed } = await startCommand([word, '--library', library]);
      expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/watch\/master\.m3u8\n$/);
      const listed = await fetch(new URL('/api/movies', printed));
      const [film] = (await listed.json()) as { hls_url: string }[];
      expect(await (await fetch(film?.hls_url ?? '')).text()).toContain('#EXTM3U');
    }
  });

  test('plays an address, without asking any catalogue', async () => {
    const url = 'https://media.example.com/videos/phim-01/master.m3u8';
    const library = join(await makeCatalog([]), 'not-there');
    const { printed } = await startCommand([url, '--library', library]);
    expect(printed).toMatch(/\/watch\/url\n$/);
    const page = await fetch(printed.trim());
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' https:;");
    const shown = await fetch(new URL('/preview.json', printed));
    expect(await shown.json()).toMatchObject({ kind: 'url' });
    const film = await fetch(new URL('/api/movies/url', printed));
    expect(await film.json()).toMatchObject({ title: 'phim-01', hls_url: url });
  });

  test.each([
    ['a folder without HLS', '.', 'there is no HLS in'],
    ['a folder that is not there', './nothing', 'there is no HLS in'],
    ['an address of another kind', 'ftp://x/y.m3u8', 'is no address that a browser can play'],
  ])('%s is exit 2', async (_what, word, message) => {
    const library = await makeCatalog([]);
    const { exitCode, stdout, stderr } = await runCli([
      ...['preview', word, '--no-open', '--library', library],
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a film that is not there is exit 2, and says which are', async () => {
    const library = await makeCatalog(['phim-01', 'phim-02']);
    const args = ['preview', 'phim-03', '--no-open', '--port', '0', '--library', library];
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('there is no film called phim-03');
    expect(stderr).toContain('phim-01');
    expect(stderr).toContain('phim-02');
  });

  test('a port that is taken is exit 2, and names --port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const library = await makeCatalog([]);
    const args = ['preview', '--no-open', '--port', String(port), '--library', library];
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`port ${port} cannot be opened`);
    expect(stderr).toContain('movie-ingest preview --port');
  });

  test.each(['x', '70000', '-1', '', '4680 '])('port "%s" is exit 2', async (port) => {
    const library = await makeCatalog([]);
    const { exitCode, stderr } = await runCli([
      ...['preview', '--no-open', `--port=${port}`, '--library', library],
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is no port');
  });
});
