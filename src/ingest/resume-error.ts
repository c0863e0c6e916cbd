import { IngestError } from '../errors.ts';
import { EncodeError } from '../ffmpeg/encode/encode-error.ts';

/** What came out of an encode that was gone on with is not as planned: the film must be begun anew. */
export class ResumeError extends IngestError {
  constructor(cause: IngestError) {
    super(cause.exit, {
      what: cause.message,
      ...(cause.why === undefined ? {} : { why: cause.why }),
      ...(cause.fix === undefined ? {} : { fix: cause.fix }),
      cause,
    });
  }
}

/**
 * The failure of an attempt that was gone on with, as that where going on may be to blame: not where
 * ffmpeg crashed or got stuck after it had made something more.
 */
export function blameResume(
  error: unknown,
  { madeMore }: Readonly<{ madeMore: boolean }>,
): unknown {
  if (!(error instanceof IngestError) || error.exit !== 'encode') return error;
  if (error instanceof EncodeError && error.mayPass && madeMore) return error;
  return new ResumeError(error);
}
