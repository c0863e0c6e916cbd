/**
 * Uploads one file again and again under new names, the way segments go, in a process of its own, and
 * tells how long it took and how its memory was. Arguments: how many, how large.
 */
import { readFile } from 'node:fs/promises';
import { scanSegment } from '../../src/lib/mpegts/scan-segment.ts';
import { patient } from '../../src/store/retry.ts';
import { createUploader } from '../../src/store/upload.ts';
import { storeOf } from './store-of.ts';

const [segments = 0] = process.argv.slice(2).map(Number);
const { env } = process;
const store = await storeOf(env);
const samples: number[] = [];
const sampler = setInterval(() => samples.push(process.memoryUsage.rss()), 100);
const startedAt = performance.now();
const uploads = createUploader({ store: patient(store), concurrency: 16 });
for (let index = 0; index < segments; index += 1) {
  const body = await readFile(env['BENCH_SEGMENT'] ?? '');
  scanSegment(body);
  await uploads.add({
    key: `videos/bench/seg_${String(index).padStart(5, '0')}.ts`,
    body,
    contentType: 'video/mp2t',
    cacheControl: 'no-store',
  });
}
await uploads.finish();
const seconds = (performance.now() - startedAt) / 1000;
clearInterval(sampler);
await store.close();
const inMb = (value: number) => Math.round(value / 1e6);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const half = samples.length >> 1;
process.stdout.write(
  JSON.stringify({
    seconds,
    peakMb: inMb(Math.max(...samples)),
    firstHalfMb: inMb(median(samples.slice(0, half))),
    secondHalfMb: inMb(median(samples.slice(half))),
  }),
);
