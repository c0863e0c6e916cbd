// Writes the help of every command, as the command tree prints it, to dist/help (see bin/).
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';

const FOLDER = join(ROOT, 'dist', 'help');

await runScript(async () => {
  const { runCli } = await import('../dist/cli.js');
  await mkdir(FOLDER, { recursive: true });
  const top = await helpOf(runCli, []);
  const commands = [...top.matchAll(/^ {2}([a-z-]+) .*$/gm)].map(([, name]) => name);
  await writeFile(join(FOLDER, 'movie-ingest.txt'), top);
  for (const name of commands) {
    if (name === 'help') continue;
    await writeFile(join(FOLDER, `${name}.txt`), await helpOf(runCli, [name]));
  }
  return 0;
});

async function helpOf(runCli, words) {
  let text = '';
  const stdout = { write: (more) => (text += more) };
  const argv = ['node', 'movie-ingest', ...words, '--help'];
  await runCli(argv, { stdout, stderr: process.stderr }).catch((error) => {
    if (error.code !== 'commander.helpDisplayed') throw error;
  });
  return text;
}
