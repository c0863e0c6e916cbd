import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { patient } from '../src/store/retry.ts';
import { createUploader } from '../src/store/upload.ts';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
import { storeOf } from './lib/store-of.ts';
import { Workshop } from './lib/workshop.ts';
import { rcloneCopy } from './p1b-slow-uplink.ts';

const OBJECTS = 1_000;
const BYTES = 1_500_000;

/** Our uploader against rclone, both through 80 ms of latency to the same real S3 server. */
export const p5: Bench = {
  id: 'P5',
  run: async () => {
    const workshop = new Workshop();
    try {
      const dir = workshop.folder('objects');
      mkdirSync(dir, { recursive: true });
      for (let index = 0; index < OBJECTS; index += 1) {
        writeFileSync(join(dir, `seg_${String(index).padStart(5, '0')}.ts`), randomBytes(BYTES));
      }
      if ((await execa('rclone', ['version'], { reject: false })).exitCode !== 0) {
        process.stderr.write('    rclone is not here: apt-get install rclone\n');
        return [];
      }
      const s3 = await workshop.s3();
      const line = await startSlowProxy({ target: s3.endpoint, latencyMs: 80 });
      const { ours, rclone } = await medians(3, {
        ours: async () => uploadAll(dir, await workshop.freshEnv(line.endpoint)),
        rclone: async () => {
          const env = await workshop.freshEnv(line.endpoint);
          return timeCommand('rclone', rcloneCopy(dir, env), { env });
        },
      });
      await line.stop();
      const rate = (seconds: number) => `${((OBJECTS * BYTES) / 1e6 / seconds).toFixed(0)} MB/s`;
      return [
        {
          id: 'P5',
          what: '1,000 × 1.5 MB at 80 ms: MB/s ÷ rclone --transfers 16',
          value: rclone / ours,
          goal: { atLeast: 1 },
          detail: `${rate(ours)} ÷ ${rate(rclone)}`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};

async function uploadAll(dir: string, env: Readonly<Record<string, string>>): Promise<number> {
  const store = await storeOf(env);
  const startedAt = performance.now();
  const uploads = createUploader({ store: patient(store), concurrency: 16 });
  for (let index = 0; index < OBJECTS; index += 1) {
    const file = `seg_${String(index).padStart(5, '0')}.ts`;
    await uploads.add({
      key: `videos/bench/${file}`,
      body: { path: join(dir, file), bytes: BYTES },
      contentType: 'video/mp2t',
      cacheControl: 'no-store',
    });
  }
  await uploads.finish();
  await store.close();
  return (performance.now() - startedAt) / 1000;
}
