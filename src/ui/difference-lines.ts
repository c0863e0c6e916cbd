import { formatCount } from '../lib/format-count.ts';
import type { EventOf } from '../model/event.ts';
import { printable, printableCommand } from './printable.ts';

/**
 * `* phim-01  the document differs: title (settled)`, with rclone's marks, and the command that helps
 * below it. Undefined for what need not be said with `--quiet`: that something is as it should be.
 */
export function differenceLines(
  { mark, slug, key, detail, done, fix }: EventOf<'difference'>,
  { quiet }: Readonly<{ quiet: boolean }>,
): readonly string[] {
  if (mark === '=' && quiet) return [];
  const told = detail === '' ? [] : [printable(detail), ...(done ? ['(settled)'] : [])];
  const head = [printable(key ?? slug), told.join(' ')].filter((part) => part !== '').join('  ');
  return [`${mark} ${head}`, ...(fix === undefined ? [] : [`    → ${printableCommand(fix)}`])];
}

/** `12 films: 10 the same, 1 settled, 1 left`. */
export function tallyText({ films, same, settled, left }: EventOf<'tally'>): string {
  const noun = films === 1 ? 'film' : 'films';
  const parts = [`${formatCount(same)} the same`];
  if (settled > 0) parts.push(`${formatCount(settled)} settled`);
  if (left > 0) parts.push(`${formatCount(left)} left`);
  return `${formatCount(films)} ${noun}: ${parts.join(', ')}`;
}
