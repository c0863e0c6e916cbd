import { join } from 'node:path';
import { execa } from 'execa';

export type UploadCost = Readonly<{
  seconds: number;
  peakMb: number;
  firstHalfMb: number;
  secondHalfMb: number;
}>;

/** `upload-child.ts` with the bucket of `env`: `segments` copies of the file at `segment`. */
export async function runUploadChild(
  options: Readonly<{ segments: number; segment: string; env: Readonly<Record<string, string>> }>,
): Promise<UploadCost> {
  const child = join(import.meta.dirname, 'upload-child.ts');
  const { stdout } = await execa(
    process.execPath,
    ['--import', 'tsx', child, String(options.segments)],
    {
      env: { ...options.env, BENCH_SEGMENT: options.segment },
      extendEnv: false,
      stdin: 'ignore',
      cwd: join(import.meta.dirname, '../..'),
    },
  );
  return JSON.parse(stdout) as UploadCost;
}
