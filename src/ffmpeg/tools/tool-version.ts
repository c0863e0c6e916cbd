import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { run } from '../run.ts';

export type ToolVersionOptions = Readonly<{
  name: 'ffmpeg' | 'ffprobe';
  path: string;
  signal?: AbortSignal | undefined;
}>;

/**
 * The version of the program at `path`, as it prints it: `5.1.9-0+deb12u1`, `n9.0.2-17-g2a571b6068`.
 * Throws `usage` when the program does not start, does not answer in 30 s or is something else.
 */
export async function toolVersion({ name, path, signal }: ToolVersionOptions): Promise<string> {
  const result = await run(path, ['-version'], { timeoutMs: 30_000, signal });
  signal?.throwIfAborted();
  const firstLine = result.stdout.subarray(0, 1_000).toString().split('\n', 1)[0] ?? '';
  const version = new RegExp(`^${name} version (\\S+)`).exec(firstLine)?.[1];
  if (version !== undefined) return cleanText(version, { maxLength: 80 });
  throw new IngestError('usage', {
    what: `${path} is not a working ${name}`,
    why:
      result.outcome === 'exited'
        ? `\`${name} -version\` ended with code ${result.exitCode} and said: ${cleanText(firstLine || (result.stderrTail.at(-1) ?? 'nothing'), { maxLength: 200 })}`
        : `\`${name} -version\`: ${result.outcome}`,
    fix: 'Install a complete ffmpeg: brew install ffmpeg, or sudo apt-get install -y ffmpeg',
    isOfThisMachine: true,
  });
}
