import { IngestError } from '../errors.ts';
import type { IngestRequest } from '../ingest/context.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import type { AddFlags } from './add.ts';
import { trackNumber } from './track-number.ts';

/** A request but for its film. */
export type Asked = Omit<IngestRequest, 'path'>;

/** What the flags of `add` ask for. Throws `usage` for those that exclude one another. */
export function askedWith(flags: AddFlags): Asked {
  if (flags.reportQuality === true && flags.dropUploaded === true) {
    throw new IngestError('usage', {
      what: '--report-quality does not go with --drop-uploaded',
      why: 'The quality is measured on the finished segments, which are no longer on disk then.',
      fix: 'Leave one of the two out.',
    });
  }
  return {
    title: flags.title,
    description: flags.description,
    slug: flags.slug,
    poster: flags.poster,
    subtitles: flags.subtitle,
    burnSubtitle: trackNumber(flags.burnSubtitle),
    force: flags.force === true,
    allowDamaged: flags.allowDamaged === true,
    reportQuality: flags.reportQuality === true,
    overlap: flags.overlap !== false,
    dropUploaded: demandOverlap(flags),
    stallMs: parseStallTimeout(flags.stallTimeout ?? DEFAULT_STALL_TIMEOUT),
    waitMs: typeof flags.wait === 'string' ? parseDuration(flags.wait) : 0,
  };
}

function demandOverlap({ dropUploaded = false, overlap }: AddFlags): boolean {
  if (!dropUploaded || overlap !== false) return dropUploaded;
  throw new IngestError('usage', {
    what: '--drop-uploaded and --no-overlap exclude one another',
    why: 'Without overlap nothing is uploaded before the whole film is on disk.',
    fix: 'Leave one of them out',
  });
}

const DEFAULT_STALL_TIMEOUT = '2m';

function parseStallTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms > 0) return ms;
  throw new IngestError('usage', {
    what: '--stall-timeout must be at least 1s',
    why: 'An encoder needs a moment for each picture.',
    fix: 'For an encode that may take its time: --stall-timeout 1h',
  });
}
