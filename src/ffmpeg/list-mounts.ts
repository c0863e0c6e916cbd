import { readFile } from 'node:fs/promises';
import { type Mount, parseBsdMounts, parseMountInfo } from '../lib/mounts.ts';
import { run } from './run.ts';

/** All that is mounted; nothing where the system does not tell. */
export async function listMounts(): Promise<readonly Mount[]> {
  if (process.platform === 'linux') {
    const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
    return parseMountInfo(text);
  }
  const { stdout } = await run('mount', [], { env: { LC_ALL: 'C' }, timeoutMs: 5_000 });
  return parseBsdMounts(stdout.toString());
}
