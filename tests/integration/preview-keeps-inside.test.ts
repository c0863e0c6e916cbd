import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { ask, type PreviewSetup, startPreview } from './preview-server.ts';

/** A secret beside the media folder, and some that lie in it but are not ours to show. */
async function startWithSecrets(): Promise<PreviewSetup> {
  const preview = await startPreview();
  const { dir, mediaDir } = preview;
  await mkdir(join(dir, 'catalog'));
  await writeFile(join(dir, 'catalog', 'secret.json'), 'secret');
  await writeFile(join(dir, 'secret.ts'), 'secret');
  await writeFile(join(mediaDir, '.secret.json'), 'secret');
  await writeFile(join(mediaDir, 'videos', 'film', '.partial.ts'), 'secret');
  await writeFile(join(mediaDir, 'notes.json'), 'secret');
  await writeFile(join(mediaDir, 'videos', 'film', 'notes.txt'), 'secret');
  await writeFile(join(mediaDir, 'videos', 'film', 'seg_00001.ts'), 'film');
  return preview;
}

describe('nothing but objects of the media folder is reachable', () => {
  test.each([
    '/videos/../../secret.ts',
    '/videos/film/../../../catalog/secret.json',
    '/videos/%2e%2e/%2e%2e/secret.ts',
    '/videos/..%2f..%2fsecret.ts',
    '/videos/%252e%252e/%252e%252e/secret.ts',
    '/videos/..\\..\\secret.ts',
    '/videos/..%5c..%5csecret.ts',
    '/videos/film/seg_00001.ts%00.json',
    '/videos/film/%00/../../../../secret.ts',
    '/videos//film/seg_00001.ts',
    '/videos/./film/seg_00001.ts',
    '/videos/film/.partial.ts',
    '/videos/../.secret.json',
    '/videos/../notes.json',
    '/videos/film/notes.txt',
    '/videos/film/',
    '/videos/film',
    '/videos/',
    '/videos',
    '/posters/',
    '/notes.json',
    '/.secret.json',
    '/catalog/secret.json',
    '/../catalog/secret.json',
    '/page/index.html',
    '//etc/passwd',
    '/watch/../page.js/x',
    'file:///etc/passwd',
  ])('%s is 404', async (path) => {
    const { server } = await startWithSecrets();
    const { status, body } = await ask(server, path);
    expect(status).toBe(404);
    expect(body.toString()).toMatch(/^There is no such (object|page)\.\n$/);
  });

  test('links that lead out, or to what is hidden, are 404; those that stay inside are followed', async () => {
    const { server, dir, mediaDir } = await startWithSecrets();
    const film = join(mediaDir, 'videos', 'film');
    await symlink(join(dir, 'secret.ts'), join(film, 'out.ts'));
    await symlink('../../../secret.ts', join(film, 'relative.ts'));
    await symlink(dir, join(mediaDir, 'videos', 'up'));
    await symlink('.partial.ts', join(film, 'hidden.ts'));
    await symlink('../../notes.json', join(film, 'other-root.json'));
    await symlink('loop.ts', join(film, 'loop.ts'));
    await symlink('film', join(mediaDir, 'videos', 'alias'));
    const paths = ['film/out.ts', 'film/relative.ts', 'up/secret.ts', 'film/hidden.ts'];
    const more = ['film/other-root.json', 'film/loop.ts', 'up/catalog/secret.json'];
    for (const path of [...paths, ...more]) {
      expect([path, (await ask(server, `/videos/${path}`)).status]).toEqual([path, 404]);
    }
    const inside = await ask(server, '/videos/alias/seg_00001.ts');
    expect([inside.status, inside.body.toString()]).toEqual([200, 'film']);
  });

  test('a media folder that is itself reached through a link is served', async () => {
    const { dir, mediaDir } = await startWithSecrets();
    await symlink(mediaDir, join(dir, 'link'));
    const { server } = await startPreview({ mediaDir: join(dir, 'link') });
    expect((await ask(server, '/videos/film/seg_00001.ts')).status).toBe(200);
  });

  test('a folder and a pipe that are named like segments are 404, and nobody waits for a writer', async () => {
    const { server, mediaDir } = await startWithSecrets();
    await mkdir(join(mediaDir, 'videos', 'folder.ts'));
    await execa('mkfifo', [join(mediaDir, 'videos', 'film', 'pipe.ts')]);
    expect((await ask(server, '/videos/folder.ts')).status).toBe(404);
    expect((await ask(server, '/videos/film/pipe.ts')).status).toBe(404);
  });

  test('where the films lie in a bucket no media is served at all', async () => {
    const { server } = await startPreview({ mediaDir: undefined });
    expect((await ask(server, '/videos/film/seg_00001.ts')).status).toBe(404);
  });
});

describe('only this machine is answered', () => {
  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1', 'localhost:1', '192.168.1.5:PORT'])(
    'Host %s is 403 everywhere',
    async (pattern) => {
      const { server } = await startWithSecrets();
      const host = pattern.replace('PORT', String(server.port));
      for (const path of ['/', '/api/movies', '/page.js', '/videos/film/seg_00001.ts']) {
        const { status, headers } = await ask(server, path, { headers: { host } });
        expect([path, status]).toEqual([path, 403]);
        expect(headers['access-control-allow-origin']).toBeUndefined();
      }
    },
  );

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('Host %s is us', async (name) => {
    const { server } = await startWithSecrets();
    const headers = { host: `${name}:${server.port}` };
    expect((await ask(server, '/videos/film/seg_00001.ts', { headers })).status).toBe(200);
  });

  test('every answer forbids foreign code, framing and guessing of types', async () => {
    const { server } = await startWithSecrets();
    for (const path of ['/', '/watch/film', '/page.js', '/api/movies', '/nothing']) {
      const { headers } = await ask(server, path);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(headers['content-security-policy']).toContain("connect-src 'self'; img-src 'self';");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe(path.startsWith('/api/') ? 'no-cache' : 'no-store');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('where the films lie in a bucket the page may load from its public address, and no other', async () => {
    const publicBaseUrl = 'https://media.example.com/films';
    const { server } = await startPreview({ mediaDir: undefined, publicBaseUrl });
    const { 'content-security-policy': policy } = (await ask(server, '/')).headers;
    expect(policy).toContain("connect-src 'self' https://media.example.com;");
  });
});
