import { type ErrorParts, IngestError } from '../../errors.ts';

/** ffmpeg failed at the encode itself; what it made before that is worth nothing by itself. */
export class EncodeError extends IngestError {
  /**
   * It was stopped from outside (crashed, killed, stuck, a busy chip): the very same call may succeed.
   * False for what will be the same each time, like an option that is refused.
   */
  readonly mayPass: boolean;

  constructor(parts: ErrorParts & Readonly<{ mayPass: boolean }>) {
    super('encode', parts);
    this.mayPass = parts.mayPass;
  }
}
