/**
 * `npm test`: does all the set-up that a fresh clone on a fresh machine needs, runs the tests (what is
 * typed after `--` goes to vitest) and ends with `N passed, N failed, N skipped`, alone on its line.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ensureBuild } from './set-up/build.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureFfmpeg } from './set-up/ffmpeg.mjs';
import { checkNodeVersion } from './set-up/node-version.mjs';
import { ROOT, run } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';
import { readTally } from './set-up/tally.mjs';
import { ensureTestPrograms } from './set-up/test-programs.mjs';

await runScript(async () => {
  checkNodeVersion();
  await ensureDependencies();
  await ensureBuild();
  const { ffmpeg } = await ensureFfmpeg();
  await ensureTestPrograms();

  const report = join(tmpdir(), `movie-ingest-tests-${process.pid}.json`);
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const code = await run(
      process.execPath,
      [vitest, 'run', ...reporters, ...process.argv.slice(2)],
      // The suites call `ffmpeg`, which in a Homebrew place may not be on this PATH.
      { env: { PATH: [process.env.PATH, dirname(ffmpeg)].join(delimiter) }, output: 'stdout' },
    );
    const { passed, failed, skipped } = readTally(report, code);
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    return code === 0 && (failed > 0 || passed === 0) ? 1 : code;
  } finally {
    rmSync(report, { force: true });
  }
});
