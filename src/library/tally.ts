import { type ExitName, exitCode } from '../errors.ts';
import type { EventOf } from '../model/event.ts';
import type { Finding } from '../reconcile/decide.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';

export type FilmOutcome = Readonly<{
  findings: readonly Finding[];
  /** Those that are settled now. */
  done: ReadonlySet<Finding>;
  /** There is more to come of this film: it is not the same, whatever was found so far. */
  isDeferred: boolean;
}>;

type Difference = Omit<EventOf<'difference'>, 'type'>;

/** Tells how each film stands, and keeps count: a film counts once, by the worst that was found. */
export class Tally {
  readonly #context: Pick<LibraryContext, 'report' | 'commandHere'>;
  readonly #settled = new Set<string>();
  readonly #left = new Set<string>();
  readonly #all = new Set<string>();

  constructor(context: Pick<LibraryContext, 'report' | 'commandHere'>) {
    this.#context = context;
  }

  get films(): number {
    return this.#all.size;
  }

  /** `drift` when something is left that is untrue. */
  get exit(): ExitName {
    return this.#left.size > 0 ? 'drift' : 'ok';
  }

  film({ slug, state }: Pick<Film, 'slug' | 'state'>, outcome: FilmOutcome): void {
    if (state.isBusy) {
      this.busy(slug);
      return;
    }
    this.#all.add(slug);
    const { findings, done, isDeferred } = outcome;
    if (findings.length === 0 && !isDeferred) this.#tellSame(slug, '');
    for (const finding of findings) this.found(slug, finding, done.has(finding));
  }

  busy(slug: string): void {
    this.#all.add(slug);
    this.#tellSame(slug, 'a run is at work on it');
  }

  found(slug: string, finding: Finding, isDone: boolean): void {
    const { row, mark, kind, detail, key, isDrift } = finding;
    this.#all.add(slug);
    // `!` stays: a film that is marked broken is no less broken for it.
    if (isDrift && !(isDone && mark !== '!')) this.#left.add(slug);
    else if (isDone) this.#settled.add(slug);
    const fix = isDone ? undefined : this.#fixOf(slug, finding);
    this.loose({
      mark,
      slug,
      ...(key === undefined ? {} : { key }),
      row,
      kind,
      detail,
      done: isDone,
      ...(fix === undefined ? {} : { fix }),
    });
  }

  /** What counts for no film. */
  loose(difference: Difference): void {
    this.#context.report({ type: 'difference', ...difference });
  }

  end(): void {
    const left = this.#left.size;
    const settled = [...this.#settled].filter((slug) => !this.#left.has(slug)).length;
    this.#context.report({
      type: 'tally',
      films: this.films,
      same: this.films - left - settled,
      settled,
      left,
      exit: exitCode(this.exit),
    });
  }

  #tellSame(slug: string, detail: string): void {
    this.loose({ mark: '=', slug, kind: 'same', detail, done: false });
  }

  /** What surely helps before what may. */
  #fixOf(slug: string, { action, needs, remedy }: Finding): string | undefined {
    const { commandHere } = this.#context;
    if (remedy !== undefined) {
      const words = remedy.split(' ');
      return commandHere(...words, ...(words[0] === 'add' ? ['--slug', slug] : []));
    }
    if (needs !== undefined) return commandHere('sync', needs);
    return action === undefined ? undefined : commandHere('sync');
  }
}
