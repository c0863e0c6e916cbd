// Builds the page of `movie-ingest preview` from src/preview/page into dist/preview/page.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src/preview/page');

/** Where the server looks for the page, both from `src` and from `dist`. */
export const PAGE_DIR = join(root, 'dist/preview/page');

/** Writes the whole page, licences included, into `outDir`. Repeating it gives the same bytes. */
export async function buildPreview(outDir) {
  await mkdir(outDir, { recursive: true });
  const hls = JSON.parse(await readFile(join(root, 'node_modules/hls.js/package.json'), 'utf8'));
  await build({
    // Two entry points: the list of films does not load hls.js, and the player stays one file.
    entryPoints: [join(source, 'page.ts'), join(source, 'player.ts')],
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    banner: { js: `/*! holds hls.js ${hls.version} (${hls.license}), see licences.txt */` },
    tsconfig: join(source, 'tsconfig.json'),
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'page.css', 'icon.svg']) {
    await copyFile(join(source, name), join(outDir, name));
  }
  await copyFile(join(root, 'THIRD_PARTY_LICENSES'), join(outDir, 'licences.txt'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPreview(PAGE_DIR);
