import { findProgram, run } from './run.mjs';
import { SetUpError, say } from './say.mjs';
import { installLine, installPackages } from './system-packages.mjs';

/**
 * What the tests run beside ffmpeg. The servers themselves are got by the tests (tests/servers):
 * mongod comes in a Python wheel, versitygw is built by Go, which comes in a Python wheel too where
 * it is not installed.
 */
const PROGRAMS = [
  {
    name: 'Chromium',
    isThere: async () =>
      Boolean(process.env.MOVIE_INGEST_TEST_CHROMIUM) ||
      ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some((name) =>
        findProgram(name),
      ) ||
      findProgram('Chromium', ['/Applications/Chromium.app/Contents/MacOS']) !== undefined ||
      findProgram('Google Chrome', ['/Applications/Google Chrome.app/Contents/MacOS']) !==
        undefined,
    packages: { apt: ['chromium'], brew: ['chromium'] },
    without: 'the player is not tested in a real browser',
  },
  {
    name: 'tmux',
    isThere: async () => findProgram('tmux') !== undefined,
    packages: { apt: ['tmux'], brew: ['tmux'] },
    without: 'the screens are not tested in a real terminal',
  },
  {
    name: 'python3 with pip',
    isThere: async () =>
      (await run('python3', ['-m', 'pip', '--version'], { output: 'none' })) === 0,
    packages: { apt: ['python3', 'python3-pip', 'libcurl4'], brew: ['python'] },
    without: 'mongod, and versitygw where there is no Go, cannot be got',
  },
  // For recipes and completion, in CI alone: nobody's own machine is filled with them for a test run.
  {
    name: 'GNU parallel, jq, zsh, fish and xmllint',
    isThere: async () =>
      process.env.CI !== 'true' ||
      ['parallel', 'jq', 'zsh', 'fish', 'xmllint'].every((name) => findProgram(name) !== undefined),
    packages: {
      apt: ['parallel', 'jq', 'zsh', 'fish', 'libxml2-utils'],
      brew: ['parallel', 'jq', 'fish'],
    },
    without: 'some recipes, and completion in these shells, are not tested',
  },
];

/**
 * Installs them where they are missing and that needs no question. What cannot be had is said, not
 * fatal: its suites skip loudly, or fail where CI=true.
 */
export async function ensureTestPrograms() {
  const presence = await Promise.all(PROGRAMS.map((program) => program.isThere()));
  for (const [index, { name, packages, without }] of PROGRAMS.entries()) {
    if (presence[index]) continue;
    try {
      if (await installPackages([packages])) continue;
    } catch (error) {
      if (!(error instanceof SetUpError)) throw error;
      say(error.message);
    }
    say(`NO ${name}: ${without}. Type: ${await installLine([packages])}`);
  }
}
