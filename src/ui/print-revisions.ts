import { formatBytes } from '../lib/format-bytes.ts';
import { formatCount } from '../lib/format-count.ts';
import type { Revision } from '../model/revision.ts';
import type { Paint } from './paint.ts';
import { printTable } from './print-table.ts';

/** `revisions` for people: a line per revision, `*` in front of the one that viewers have. */
export function printRevisions(
  revisions: readonly Revision[],
  { columns, paint }: Readonly<{ columns: number | undefined; paint: Paint }>,
): string {
  return printTable({
    head: ['', 'REVISION', 'PUBLISHED', 'PRESET', 'RESOLUTIONS', 'FILES', 'SIZE', 'STATE'],
    rows: revisions.map((it) => [
      it.isCurrent ? '*' : '',
      it.revision,
      it.publishedAt.toISOString().slice(0, 16).replace('T', ' '),
      it.preset,
      it.renditions.join(' '),
      formatCount(it.objects),
      formatBytes(it.bytes),
      it.isWhole ? 'whole' : 'incomplete',
    ]),
    flexible: 4,
    columns,
    paint,
  });
}
