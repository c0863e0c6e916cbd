import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { runUploadChild } from './lib/run-upload-child.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
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
        ours: async () => {
          const env = await workshop.freshEnv(line.endpoint);
          const segment = join(dir, 'seg_00000.ts');
          return (await runUploadChild({ segments: OBJECTS, segment, env })).seconds;
        },
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
