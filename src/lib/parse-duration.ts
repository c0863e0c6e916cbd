import { IngestError } from '../errors.ts';

const SHAPE = /^(?:(?<h>\d{1,6})h)?(?:(?<m>\d{1,6})m)?(?:(?<s>\d{1,6})s)?$/;

/**
 * `30s`, `15m`, `2h`, `1h30m` → milliseconds. Hours, minutes, seconds in this order, whole numbers,
 * each at most once. A bare number is refused, since half of its readers would think of minutes; but 0
 * is 0 of all.
 * Throws IngestError `usage`.
 */
export function parseDuration(text: string): number {
  if (text.trim() === '0') return 0;
  const parts = SHAPE.exec(text.trim())?.groups;
  if (parts === undefined || text.trim() === '') throw notADuration(text.trim());
  const { h = '0', m = '0', s = '0' } = parts;
  return (Number(h) * 3_600 + Number(m) * 60 + Number(s)) * 1_000;
}

function notADuration(text: string): IngestError {
  const isBareNumber = /^\d+$/.test(text);
  return new IngestError('usage', {
    what: `"${text.slice(0, 40)}" is not a duration`,
    ...(isBareNumber ? { why: 'It has no unit' } : {}),
    fix: `Write ${isBareNumber ? `${text.slice(0, 6)}s or ${text.slice(0, 6)}m` : '30s, 15m, 2h or 1h30m'}`,
  });
}
