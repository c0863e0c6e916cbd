import type { Progress } from '../ffmpeg/encode/progress.ts';
import type { EventOf } from '../model/event.ts';
import { segmentStartSeconds } from '../model/grid.ts';
import type { Plan } from '../model/plan.ts';
import type { Segment } from '../model/segment.ts';

/** How far an encode is, for people: ffmpeg's own word for the whole, segments for each rung. */
export class EncodeMeter {
  readonly #plan: Plan;
  readonly #startedAt = performance.now();
  readonly #segments = new Map<string, number>();
  /** Where in the film it began. */
  readonly #startMs: number;

  constructor(plan: Plan, firstSegment = 0) {
    this.#plan = plan;
    this.#startMs = 1000 * segmentStartSeconds(plan.grid, firstSegment);
  }

  took({ rendition, index }: Pick<Segment, 'rendition' | 'index'>): void {
    this.#segments.set(rendition, index + 1);
  }

  progress({ doneMs, fps, speed }: Progress): EventOf<'encode.progress'> {
    const { slug, source, video } = this.#plan;
    const totalMs = source.durationMs;
    const soFarMs = Math.min(totalMs, doneMs);
    return {
      type: 'encode.progress',
      slug,
      doneMs: soFarMs,
      totalMs,
      fps,
      speed,
      ...(speed > 0 ? { etaMs: (totalMs - soFarMs) / speed } : {}),
      renditions: video.map(({ name }) => ({ name, doneMs: this.#doneMs(name, totalMs) })),
    };
  }

  encoded(): EventOf<'encoded'> {
    const elapsedMs = performance.now() - this.#startedAt;
    return {
      type: 'encoded',
      renditions: this.#plan.video.length,
      elapsedMs,
      speed: Math.max(0, this.#plan.source.durationMs - this.#startMs) / Math.max(1, elapsedMs),
    };
  }

  #doneMs(rendition: string, totalMs: number): number {
    const segments = this.#segments.get(rendition) ?? 0;
    if (segments === 0) return 0;
    return Math.min(totalMs, segmentStartSeconds(this.#plan.grid, segments) * 1000);
  }
}
