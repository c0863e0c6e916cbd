import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findHls } from '../../src/preview/find-hls.ts';
import { servePreview } from '../../src/preview/serve-preview.ts';
import { showFolder } from '../../src/preview/showing.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { ask } from './preview-server.ts';

const MASTER = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nr-1/720p/index.m3u8\n';
const MEDIA = '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nseg.ts\n#EXT-X-ENDLIST\n';

/** A folder with these files, gone after the test. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = makeTempDir('hls-folder');
  onTestFinished(() => removeTempDir(dir));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

async function serve(dir: string) {
  const pageDir = await folderOf({ 'index.html': '<!doctype html>' });
  const { signal } = new AbortController();
  const showing = showFolder(dir, await findHls(dir));
  const server = await servePreview({ showing, port: 0, pageDir, signal });
  onTestFinished(() => server.close());
  return server;
}

describe('the films of a folder', () => {
  test('are its masters, whatever they are called, with what packagers put beside them', async () => {
    const dir = await folderOf({
      'Phim 10/master.m3u8': MASTER,
      'Phim 10/r-1/720p/index.m3u8': MEDIA,
      'Phim 10/r-1/storyboard/storyboard.vtt': 'WEBVTT\n',
      'Phim 10/r-1/chapters.vtt': 'WEBVTT\n',
      'Phim 10/poster.jpg': '',
      'Phim 2/Đoạn phim.M3U8': MASTER,
      '.trash/master.m3u8': MASTER,
      'notes.m3u8': 'no playlist',
    });
    expect(await findHls(dir)).toEqual([
      {
        slug: 'Phim 2/Đoạn phim.M3U8',
        title: 'Đoạn phim',
        hls_url: 'folder:///Phim%202/%C4%90o%E1%BA%A1n%20phim.M3U8',
      },
      {
        slug: 'Phim 10/master.m3u8',
        title: 'Phim 10',
        hls_url: 'folder:///Phim%2010/master.m3u8',
        thumbnail_url: 'folder:///Phim%2010/poster.jpg',
        storyboard: { vtt_url: 'folder:///Phim%2010/r-1/storyboard/storyboard.vtt' },
        chapters_url: 'folder:///Phim%2010/r-1/chapters.vtt',
      },
    ]);
  });

  test('are its media playlists where it has no master, but no I-frame playlist', async () => {
    const dir = await folderOf({
      'a.m3u8': `\ufeff${MEDIA}`,
      'b.m3u8': MEDIA.replace('\n', '\n#EXT-X-I-FRAMES-ONLY\n'),
    });
    expect(await findHls(dir)).toMatchObject([{ slug: 'a.m3u8', title: 'a' }]);
  });

  test('are none where nothing is HLS', async () => {
    expect(await findHls(await folderOf({ 'film.mp4': '' }))).toEqual([]);
  });

  test('are not looked for outside it, by a link or by a path in a playlist', async () => {
    const outside = await folderOf({ 'master.m3u8': MASTER, 'chapters.vtt': 'WEBVTT\n' });
    const up = MASTER.replace('r-1/', `../${outside.split('/').at(-1)}/`);
    const dir = await folderOf({ 'master.m3u8': up });
    await symlink(outside, join(dir, 'link'));
    expect(await findHls(dir)).toHaveLength(1);
    expect((await findHls(dir))[0]).not.toHaveProperty('chapters_url');
  });
});

describe('a folder that is served', () => {
  test('gives its films with addresses of this server, and their files with Range and type', async () => {
    const server = await serve(
      await folderOf({ 'Phim 1/master.m3u8': MASTER, 'Phim 1/a.m4s': '0123456789' }),
    );
    const { body } = await ask(server, '/api/movies/Phim%201%2Fmaster.m3u8');
    const hls = `${server.url}/files/Phim%201/master.m3u8`;
    expect(JSON.parse(body.toString())).toMatchObject({ title: 'Phim 1', hls_url: hls });
    const master = await ask(server, new URL(hls).pathname);
    expect(master.headers['content-type']).toBe('application/vnd.apple.mpegurl');
    const range = { range: 'bytes=2-4' };
    const part = await ask(server, '/files/Phim%201/a.m4s', { headers: range });
    expect([part.status, part.body.toString()]).toEqual([206, '234']);
  });

  test('gives nothing else: no other kinds of files, nothing hidden, no links that lead out', async () => {
    const outside = await folderOf({ 'secret.ts': 'secret' });
    const dir = await folderOf({
      'master.m3u8': MASTER,
      'letter.txt': 'secret',
      '.secret.ts': 'secret',
    });
    await symlink(join(outside, 'secret.ts'), join(dir, 'link.ts'));
    await symlink(outside, join(dir, 'folder'));
    await symlink('letter.txt', join(dir, 'letter.ts'));
    const server = await serve(dir);
    for (const path of [
      ...['/files/letter.txt', '/files/.secret.ts', '/files/link.ts', '/files/folder/secret.ts'],
      ...['/files/letter.ts', '/files/../x.ts', '/files/', '/videos/master.m3u8', '/files/x.ts'],
    ]) {
      expect([path, (await ask(server, path)).status]).toEqual([path, 404]);
    }
  });

  test('may be read by pages of this machine alone', async () => {
    const server = await serve(await folderOf({ 'master.m3u8': MASTER }));
    const allowed = async (origin: string) => {
      const { headers } = await ask(server, '/files/master.m3u8', { headers: { origin } });
      return headers['access-control-allow-origin'];
    };
    expect(await allowed('http://localhost:3000')).toBe('http://localhost:3000');
    expect(await allowed('https://evil.example')).toBeUndefined();
    expect(await allowed('http://localhost.evil.example')).toBeUndefined();
  });
});
