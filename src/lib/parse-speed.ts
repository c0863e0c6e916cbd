import { IngestError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  kbit: 1e3 / 8,
  mbit: 1e6 / 8,
  gbit: 1e9 / 8,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};

/**
 * `20Mbit` (per second, as lines are sold) or `5MB` → bytes per second. A bare number is Mbit. Throws
 * `usage` for anything else.
 */
export function parseSpeed(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(kbit|mbit|gbit|kb|mb|gb)?(?:\/s|ps)?$/i.exec(text.trim());
  const value = Number(match?.[1]);
  const unit = UNITS[(match?.[2] ?? 'mbit').toLowerCase()];
  if (match !== null && unit !== undefined && value > 0) return value * unit;
  throw new IngestError('usage', {
    what: `"${text}" is no speed`,
    why: 'A speed is a number with a unit, per second.',
    fix: 'Write it like 20Mbit or 5MB.',
  });
}
