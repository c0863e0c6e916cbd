/** Of locks: 2 minutes with the shipped one, doubled up to half an hour. */
const FIRST_LOCKS = 2;
const MOST_LOCKS = 30;

type Refusal = Readonly<{ why: string; waitMs: number; untilMs: number }>;

/**
 * Films for which this machine's disk had no room. A disk may fill in the middle of an encode: whoever
 * tried again as soon as the film is offered would encode the same minutes over and over.
 */
export class FilmsWithoutRoom {
  readonly #lockMs: number;
  readonly #refusals = new Map<string, Refusal>();

  constructor({ lockMs }: Readonly<{ lockMs: number }>) {
    this.#lockMs = lockMs;
  }

  /** Waits twice as long each time. */
  add(id: string, why: string, nowMs: number): void {
    const before = this.#refusals.get(id)?.waitMs ?? (FIRST_LOCKS / 2) * this.#lockMs;
    const waitMs = Math.min(2 * before, MOST_LOCKS * this.#lockMs);
    this.#refusals.set(id, { why, waitMs, untilMs: nowMs + waitMs });
  }

  /** Why it is not to be tried here yet; undefined when it may be. */
  reasonAgainst(id: string, nowMs: number): string | undefined {
    const refusal = this.#refusals.get(id);
    return refusal !== undefined && nowMs < refusal.untilMs ? refusal.why : undefined;
  }

  /** It is made. */
  remove(id: string): void {
    this.#refusals.delete(id);
  }
}
