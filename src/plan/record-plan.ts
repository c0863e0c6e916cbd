import type { Plan } from '../model/plan.ts';

/**
 * A plan as manifests keep it: all that the gate judges by, and nothing of this machine. Texts that are
 * absolute paths keep their last part; the command, which is full of them, is left out.
 */
export function recordPlan(plan: Plan): Readonly<Record<string, unknown>> {
  return withoutPaths({ ...plan, ffmpegArgs: [] }) as Record<string, unknown>;
}

function withoutPaths(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('/') ? lastPart(value) : value;
  if (Array.isArray(value)) return value.map(withoutPaths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutPaths(member)]),
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
