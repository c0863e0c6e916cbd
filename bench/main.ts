/** `npm run bench [P1 P5 …]`: measures, prints a table, keeps bench/results/<time>.json. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Figure, goalText, isMet } from './lib/result.ts';
import { p1 } from './p1-add-against-ffmpeg.ts';
import { p1b } from './p1b-slow-uplink.ts';
import { p2 } from './p2-one-process.ts';
import { p3 } from './p3-copied-top-rung.ts';
import { p4 } from './p4-resume.ts';
import { p5 } from './p5-upload.ts';
import { p6 } from './p6-start.ts';
import { p7 } from './p7-memory.ts';
import { p8 } from './p8-bytes-at-quality.ts';
import { p9 } from './p9-killed-worker.ts';
import { p10 } from './p10-library.ts';
import { p11 } from './p11-library-scroll.ts';
import { p12 } from './p12-beside-the-encoder.ts';
import { p13 } from './p13-queued-film.ts';

const { stdout } = await execa('ffmpeg', ['-version']);
const machine = {
  platform: `${platform()} ${arch()}`,
  cores: cpus().length,
  cpu: cpus()[0]?.model,
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.version,
  ffmpeg: stdout.split('\n')[0],
};
const at = new Date().toISOString();

/** After each benchmark, so that a run that is stopped keeps what it has. */
function keep(): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${at.slice(0, 19).replaceAll(':', '')}.json`),
    `${JSON.stringify({ at, machine, figures }, undefined, 2)}\n`,
  );
}

const wanted = process.argv.slice(2).map((name) => name.toUpperCase());
const figures: Figure[] = [];
for (const bench of [p1, p2, p3, p4, p1b, p5, p7, p8, p9, p12, p13, p6, p11, p10]) {
  if (wanted.length > 0 && !wanted.includes(bench.id.toUpperCase())) continue;
  process.stderr.write(`${bench.id} …\n`);
  figures.push(...(await bench.run()));
  keep();
}
figures.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));

for (const figure of figures) {
  const mark = figure.goal === undefined ? ' ' : isMet(figure) ? '✔' : '✖';
  const columns = [
    mark,
    figure.id.padEnd(4),
    figure.value.toFixed(figure.value >= 10 ? 0 : 3).padStart(8),
    goalText(figure).padEnd(7),
    figure.what.padEnd(58),
    figure.detail,
  ];
  process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
}
