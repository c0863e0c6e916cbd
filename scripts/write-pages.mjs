// Writes what `movie-ingest help <topic>` prints (dist/help/topics) and the man pages (dist/man), both from
// docs/ and from the help of the commands, so after scripts/write-help.mjs.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandPage } from './pages/command-page.mjs';
import { readPage } from './pages/read-page.mjs';
import { writeRoff } from './pages/write-roff.mjs';
import { writeText } from './pages/write-text.mjs';
import { NOT_TOPICS } from './release/missing-from-release.mjs';
import { ROOT } from './set-up/run.mjs';
import { runScript } from './set-up/say.mjs';

await runScript(async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const topics = join(ROOT, 'dist', 'help', 'topics');
  const man = join(ROOT, 'dist', 'man');
  for (const folder of [topics, man]) {
    await rm(folder, { recursive: true, force: true }); // a page that is gone
    await mkdir(folder, { recursive: true });
  }
  const index = [];
  for (const { topic, page } of await readTopics()) {
    await writeFile(join(topics, `${topic}.txt`), writeText(page));
    const name = `movie-ingest-${topic}`;
    await writeFile(join(man, `${name}.7`), writeRoff(page, { name, section: 7, version }));
    index.push({ topic, title: page.title });
  }
  await writeFile(join(topics, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  const page = await commandPage(join(ROOT, 'dist', 'help'), index);
  const about = {
    name: 'movie-ingest',
    section: 1,
    version,
    about: 'a film file to a streaming URL',
  };
  await writeFile(join(man, 'movie-ingest.1'), writeRoff(page, about));
  return 0;
});

/** The pages of docs/ and docs/providers/, in the order of their names. */
async function readTopics() {
  const pages = await Promise.all(['docs', join('docs', 'providers')].map(pagesIn));
  const topics = pages.flat().filter(({ topic }) => !NOT_TOPICS.includes(topic));
  return topics.sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

async function pagesIn(folder) {
  const names = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.md'));
  const read = async (name) => ({
    topic: name.slice(0, -'.md'.length),
    page: readPage(await readFile(join(ROOT, folder, name), 'utf8')),
  });
  return Promise.all(names.map(read));
}
