import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './lib/result.ts';
import { runUploadChild } from './lib/run-upload-child.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
import { Workshop } from './lib/workshop.ts';

const SEGMENTS = 3_600;
const BYTES = 1_500_000;
const BUCKET_BYTES_PER_SECOND = 60e6;

/**
 * Memory of our own process while 3,600 segments are there at once, which no encoder can beat, and the
 * bucket takes them at its own pace: what a film of two hours on a slow line looks like, made short.
 */
export const p7: Bench = {
  id: 'P7',
  run: async () => {
    const workshop = new Workshop();
    try {
      const s3 = await workshop.s3();
      const line = await startSlowProxy({
        target: s3.endpoint,
        bytesPerSecond: BUCKET_BYTES_PER_SECOND,
      });
      const segment = join(workshop.folder('segment'), 'seg.ts');
      writeFileSync(segment, randomBytes(BYTES));
      const env = await workshop.freshEnv(line.endpoint);
      const cost = await runUploadChild({ segments: SEGMENTS, segment, env });
      await line.stop();
      const { peakMb, firstHalfMb, secondHalfMb } = cost;
      return [
        {
          id: 'P7',
          what: 'peak RSS in MB, 3,600 segments, slow bucket',
          value: peakMb,
          goal: { atMost: 300 },
          detail: `median ${firstHalfMb} MB in the first half, ${secondHalfMb} MB in the second`,
        },
        {
          id: 'P7',
          what: 'RSS of the second half ÷ the first (flat)',
          value: secondHalfMb / firstHalfMb,
          goal: { atMost: 1.15 },
          detail: '',
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};
