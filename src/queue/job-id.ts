import { createHash } from 'node:crypto';
import type { FilmJob } from '../model/film-job.ts';

/**
 * `film-<16 hex of the content>-<8 hex of what is made of it>`: the same film with the same preset and
 * wishes is one job, whoever hands it in and under whatever name. Title and description do not count, nor
 * how the work is done. BullMQ takes neither `:` nor a bare number.
 */
export function jobId(
  job: Pick<FilmJob, 'source' | 'preset' | 'wishes' | 'storage'>,
  /** Of a film that is wanted a second time under another name. */
  chosenSlug: string | undefined,
): string {
  const { $schema: _, description: __, ...preset } = job.preset;
  const { force: ___, ...wishes } = job.wishes;
  const made = createHash('sha256')
    .update(JSON.stringify([preset, wishes, job.storage.profile, chosenSlug ?? null]))
    .digest('hex');
  const content = job.source.fingerprint.replace(/^q1:/, '').slice(0, 16);
  return `film-${content}-${made.slice(0, 8)}`;
}
