import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/**
 * A line on which the upload alone takes as long as the encode: overlapping hides one of the two. On a
 * film of 5.5 minutes, as P1: the first segment must be made before the line has anything to carry, and
 * the last be sent after the encoder has ended, which is a fifth of a film of 2 minutes.
 */
export const p1b: Bench = {
  id: 'P1b',
  run: async () => {
    const workshop = new Workshop();
    try {
      const film = await workshop.loopedSample(480, 11);
      const { ffmpeg, plan } = await workshop.planOf(film, []);
      const first = workshop.folder('first');
      const bareSeconds = await timeCommand(ffmpeg, plan.ffmpegArgs, { cwd: first });
      const s3 = await workshop.s3();
      const bytesPerSecond = bytesIn(first) / bareSeconds;
      const line = await startSlowProxy({ target: s3.endpoint, bytesPerSecond });
      const hasRclone = (await execa('rclone', ['version'], { reject: false })).exitCode === 0;
      const cost = await medians(1, {
        add: async () =>
          timeCommand(process.execPath, [BIN, 'add', film], {
            env: await workshop.freshEnv(line.endpoint),
          }),
        script: async () =>
          hasRclone ? encodeThenRclone(workshop, line.endpoint, ffmpeg, plan) : Number.NaN,
      });
      await line.stop();
      const against = (seconds: number) => `${seconds.toFixed(1)} s ÷ ${bareSeconds.toFixed(1)} s`;
      return [
        {
          id: 'P1b',
          what: 'add ÷ bare ffmpeg, uplink as slow as the encoder',
          value: cost.add / bareSeconds,
          goal: { atMost: 1.1 },
          detail: against(cost.add),
        },
        ...(Number.isNaN(cost.script)
          ? []
          : [
              {
                id: 'P1b',
                what: 'encode, then rclone copy ÷ bare ffmpeg, same line',
                value: cost.script / bareSeconds,
                detail: against(cost.script),
              },
            ]),
      ];
    } finally {
      await workshop.close();
    }
  },
};

async function encodeThenRclone(
  workshop: Workshop,
  endpoint: string,
  ffmpeg: string,
  plan: Readonly<{ ffmpegArgs: readonly string[] }>,
): Promise<number> {
  const dir = workshop.folder('script');
  const env = await workshop.freshEnv(endpoint);
  const encode = await timeCommand(ffmpeg, plan.ffmpegArgs, { cwd: dir });
  const upload = await timeCommand('rclone', rcloneCopy(dir, env), { env });
  return encode + upload;
}

/** rclone as its users run it against R2: no check of the bucket, 16 at once. */
export function rcloneCopy(dir: string, env: Readonly<Record<string, string>>): readonly string[] {
  const remote = [
    ':s3,provider=Other',
    `endpoint="${env['S3_ENDPOINT']}"`,
    `region=${env['S3_REGION']}`,
    `access_key_id=${env['S3_ACCESS_KEY_ID']}`,
    `secret_access_key=${env['S3_SECRET_ACCESS_KEY']}`,
    'no_check_bucket=true',
  ].join(',');
  return [
    'copy',
    '--transfers',
    '16',
    '--config',
    '/dev/null',
    dir,
    `${remote}:${env['S3_BUCKET']}/copy`,
  ];
}

function bytesIn(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(join(entry.parentPath, entry.name)).size, 0);
}
