/**
 * `node scripts/release.mjs [version]`: looks whether this clone can be released, makes the package from a
 * clean build, and says how it is published. It publishes nothing, tags nothing and changes nothing but
 * dist/ and the package that it leaves in release/.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { missingFromRelease } from './release/missing-from-release.mjs';
import { ROOT } from './set-up/run.mjs';
import { runScript, SetUpError, say } from './set-up/say.mjs';

const OUT = join(ROOT, 'release');

await runScript(async () => {
  const [wanted] = process.argv.slice(2);
  const missing = missingFromRelease({
    version: wanted,
    package: JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')),
    lock: JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')),
    changelog: await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8'),
    status: (await git('status', '--porcelain')).stdout,
    branch: (await git('branch', '--show-current')).stdout,
    tags: (await git('tag', '--no-contains', 'HEAD')).stdout.split('\n'), // at other commits
    topics: [...(await pagesIn('docs')), ...(await pagesIn('docs/providers'))],
  });
  if (missing.length > 0) {
    throw new SetUpError(`cannot be released:\n${missing.map((it) => `  - ${it}`).join('\n')}`);
  }
  say('The whole gate: npm run check, the slow suites, the other ffmpegs');
  await npm('run', 'check');
  await npm('run', 'test:slow');
  await npm('run', 'test:ffmpeg', '--', '8.1.2', '9.0.2');
  say('A clean build');
  await rm(join(ROOT, 'dist'), { recursive: true, force: true });
  await rm(join(ROOT, '.cache', 'build-inputs'), { force: true });
  await npm('run', 'build');
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT);
  await npm('pack', '--ignore-scripts', '--pack-destination', OUT);
  const [file] = await readdir(OUT);
  say(`release/${file} is made. Nothing was published. What is next: docs/releasing.md`);
  return 0;
});

async function pagesIn(folder) {
  return (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.md'));
}

function git(...args) {
  return execa('git', args, { cwd: ROOT });
}

/** What it says is for whoever releases: it goes to the screen as it comes. */
async function npm(...args) {
  const { failed } = await execa('npm', args, { cwd: ROOT, stdio: 'inherit', reject: false });
  if (failed) throw new SetUpError(`npm ${args.join(' ')} failed; its messages are above`);
}
