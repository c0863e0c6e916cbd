import type { Report } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { UploadProgress, UploadTotals } from '../store/upload.ts';

/** How far the upload is, for people: against the estimate while the encoder runs, exact afterwards. */
export class UploadMeter {
  readonly #slug: string;
  readonly #report: Report;
  readonly #startedAt = performance.now();
  #totalBytes: number;
  #isFinished = false;

  constructor(plan: Plan, report: Report) {
    this.#slug = plan.slug;
    this.#report = report;
    this.#totalBytes = plan.estimate.bytes;
  }

  /** From now on it is known what the whole weighs. */
  expect(totalBytes: number): void {
    this.#totalBytes = totalBytes;
  }

  progress(progress: UploadProgress): void {
    if (this.#isFinished) return; // a few playlists still go up: not worth a word
    const { bytes, objects, retries, bytesPerSecond, waitingMs } = progress;
    this.#report({
      type: 'upload.progress',
      slug: this.#slug,
      doneBytes: bytes,
      totalBytes: Math.max(this.#totalBytes, bytes),
      doneObjects: objects,
      bytesPerSecond,
      retries,
      ...(waitingMs === undefined ? {} : { waitingMs }),
    });
  }

  finished({ objects, bytes, retries }: UploadTotals): void {
    this.#isFinished = true;
    const elapsedMs = performance.now() - this.#startedAt;
    this.#report({ type: 'uploaded', objects, bytes, elapsedMs, retries });
  }
}
