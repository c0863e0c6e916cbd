import { execa } from 'execa';

/** One way of doing the work; answers with its cost: seconds, usually. */
export type Way = () => Promise<number>;

/**
 * Runs each way `rounds` times, by turns, so that whatever else the machine does falls on all of them,
 * and answers with the median of each.
 */
export async function medians<Name extends string>(
  rounds: number,
  ways: Readonly<Record<Name, Way>>,
): Promise<Record<Name, number>> {
  const costs = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, way] of Object.entries<Way>(ways)) {
      const cost = await way();
      process.stderr.write(`    ${name} ${cost.toFixed(2)}\n`);
      costs.set(name, [...(costs.get(name) ?? []), cost]);
    }
  }
  const entries = [...costs].map(([name, all]) => [name, median(all)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Wall time of one command, in seconds. Throws, with what it said, when it fails. */
export async function timeCommand(
  program: string,
  args: readonly string[],
  options: Readonly<{ env?: Readonly<Record<string, string>>; cwd?: string }> = {},
): Promise<number> {
  const startedAt = performance.now();
  // Nothing of the developer's own settings: rclone and the SDK read AWS_* too.
  const extendEnv = options.env === undefined;
  await execa(program, args, { ...options, extendEnv, stdin: 'ignore', stdout: 'ignore' });
  return (performance.now() - startedAt) / 1000;
}
