/**
 * `npm run test:ffmpeg [-- RELEASE...]`: the suites that drive ffmpeg, with each of three: the one of
 * this system, 8.1.2 (without zscale and libass, which proves the fall-backs) and 9.0.2. The last two
 * come from packages, once. A table at the end, and a tally as of `npm test`. What cannot be had is skipped
 * loudly, or fails where CI=true.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { ensureBuild } from './set-up/build.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureFfmpeg } from './set-up/ffmpeg.mjs';
import { checkNodeVersion } from './set-up/node-version.mjs';
import { ROOT, run } from './set-up/run.mjs';
import { runScript, SetUpError, say } from './set-up/say.mjs';
import { readTally } from './set-up/tally.mjs';
import { ensureTestPrograms } from './set-up/test-programs.mjs';

/**
 * What ffmpeg makes of a film, and what is read out of it. Left out is what does the same whatever ffmpeg
 * there is: doubles that fail in its place, the cache of what it can, the order of the stages.
 */
const SUITES = [
  'tests/integration/colours',
  'tests/integration/copy-what-fits',
  'tests/integration/decode-check',
  'tests/integration/fmp4-package',
  'tests/integration/frames',
  'tests/integration/geometry',
  'tests/integration/hls-package',
  'tests/integration/hostile-input',
  'tests/integration/poster',
  'tests/integration/programmes',
  'tests/integration/resume-seams',
  'tests/integration/sound-',
  'tests/integration/storyboard',
  'tests/integration/this-ffmpeg',
  'tests/cli/add-bad-input',
  'tests/cli/add-copies',
  'tests/cli/add-damaged',
  'tests/cli/add-private',
  'tests/cli/add-subtitles',
  'tests/cli/plan-measures',
];

const RELEASES = ['system', '8.1.2', '9.0.2'];

await runScript(async () => {
  checkNodeVersion();
  await ensureDependencies();
  await ensureBuild();
  const system = await ensureFfmpeg();
  await ensureTestPrograms();
  const rows = [];
  for (const release of releasesOf(process.argv.slice(2))) {
    const tools = release === 'system' ? system : await packaged(release);
    rows.push(
      tools === undefined ? missing(release) : await testWith(release, tools, system.ffmpeg),
    );
  }
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((what) =>
    rows.reduce((sum, row) => sum + row[what], 0),
  );
  process.stdout.write(`\n${tableOf(rows)}\n`);
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
});

function releasesOf(words) {
  const unknown = words.find((word) => !RELEASES.includes(word));
  if (unknown === undefined) return words.length === 0 ? RELEASES : words;
  throw new SetUpError(`${unknown} is none of ${RELEASES.join(', ')}`);
}

/** The two programs; undefined where they cannot be had, which is said. */
async function packaged(release) {
  const locate = await tsImport('../tests/servers/locate.ts', import.meta.url);
  const names = release === '8.1.2' ? ['ffmpeg-8', 'ffprobe-8'] : ['ffmpeg-9', 'ffprobe-8'];
  const found = [];
  for (const name of names) {
    const location = await locate.locate(name);
    if (location.path === undefined) {
      say(`SKIPPED, nothing to test with: ${locate.describeMissing(name, location)}`);
      return undefined;
    }
    found.push(location.path);
  }
  return { ffmpeg: found[0], ffprobe: found[1] };
}

function missing(release) {
  const isRequired = process.env.CI === 'true';
  return {
    release,
    version: 'not there',
    passed: 0,
    failed: isRequired ? 1 : 0,
    skipped: 0,
    seconds: 0,
  };
}

/** Films are made and read back with the system's own, which lacks nothing. */
async function testWith(release, { ffmpeg, ffprobe }, maker) {
  const version = /version (\S+)/.exec(
    execFileSync(ffmpeg, ['-version'], { encoding: 'utf8' }),
  )?.[1];
  say(`\n— ffmpeg ${version}`);
  const report = join(tmpdir(), `movie-ingest-ffmpeg-${process.pid}.json`);
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const begun = performance.now();
  try {
    const args = [vitest, 'run', '--project', 'real', '--project', 'slow', ...reporters, ...SUITES];
    const env = {
      MOVIE_INGEST_FFMPEG: ffmpeg,
      MOVIE_INGEST_FFPROBE: ffprobe,
      MOVIE_INGEST_TEST_FFMPEG: maker,
    };
    const code = await run(process.execPath, args, { env, output: 'stdout' });
    const tally = readTally(report, code);
    const failed = code !== 0 && tally.failed === 0 ? 1 : tally.failed;
    const seconds = Math.round((performance.now() - begun) / 1000);
    return { release, version, ...tally, failed, seconds };
  } finally {
    rmSync(report, { force: true });
  }
}

function tableOf(rows) {
  const head = ['ffmpeg', 'version', 'passed', 'failed', 'skipped', 'seconds'];
  const cells = rows.map((row) =>
    [row.release, row.version, row.passed, row.failed, row.skipped, row.seconds].map(String),
  );
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((row) => row[at].length)));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
