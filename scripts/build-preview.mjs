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
export async function buildPreview(
  outDir,
  { noticesFile = join(root, 'THIRD_PARTY_LICENSES') } = {},
) {
  await mkdir(outDir, { recursive: true });
  const { metafile } = await build({
    // Two entry points: the list of films does not load hls.js, and the player stays one file.
    entryPoints: [join(source, 'page.ts'), join(source, 'player.ts')],
    outdir: outDir,
    bundle: true,
    splitting: true,
    chunkNames: 'shared', // there is one: no stale ones stay behind
    format: 'esm',
    target: 'es2022',
    minify: true,
    banner: { js: '/*! holds hls.js, media-chrome and others: see licences.txt */' },
    metafile: true,
    tsconfig: join(source, 'tsconfig.json'),
    logLevel: 'warning',
  });
  await demandNotices(Object.keys(metafile.inputs), noticesFile);
  for (const name of ['index.html', 'page.css', 'icon.svg']) {
    await copyFile(join(source, name), join(outDir, name));
  }
  await copyFile(noticesFile, join(outDir, 'licences.txt'));
}

/** A library that is bundled must be named in THIRD_PARTY_LICENSES, in its version. */
async function demandNotices(inputs, noticesFile) {
  const notices = await readFile(noticesFile, 'utf8');
  const packages = new Set(
    inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  for (const name of packages) {
    const file = join(root, 'node_modules', name, 'package.json');
    const { version } = JSON.parse(await readFile(file, 'utf8'));
    if (notices.includes(`${name} ${version} (`)) continue;
    throw new Error(`the page holds ${name} ${version}, which THIRD_PARTY_LICENSES does not name`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPreview(PAGE_DIR);
