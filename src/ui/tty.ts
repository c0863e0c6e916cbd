import cliProgress from 'cli-progress';
import ora, { type Ora } from 'ora';
import stringWidth from 'string-width';
import { fitText } from '../lib/fit-text.ts';
import { columnsOf, type Output } from './output.ts';

const SHOW_CURSOR = '\x1b[?25h';
const HIDE_CURSOR = '\x1b[?25l';
const CLEAR_RIGHT = '\x1b[K';
const CLEAR_ROW = '\x1b[2K';
const WRAP_LINES = '\x1b[?7h';

/**
 * The bottom of the terminal, with one owner at a time: a spinner (ora) for work of unknown length, or
 * bars (cli-progress); never both, since ora clears its line at every foreign write and the bars
 * vanish (cli-player-ux.md §0.3, §4.2). Whatever is to stay goes above them by `print`. The cursor is
 * back and lines wrap again after `close`, and at the end of the process in any case.
 */
export class Tty {
  readonly #stderr: Output;
  readonly #hasColor: boolean;
  #spinner: Ora | undefined;
  #bars: Bars | undefined;
  #isClosed = false;

  constructor(stderr: Output, { hasColor }: Readonly<{ hasColor: boolean }>) {
    this.#stderr = stderr;
    this.#hasColor = hasColor;
    process.on('exit', this.#restore);
  }

  get owner(): 'spinner' | 'bars' | 'none' {
    if (this.#bars !== undefined) return 'bars';
    return this.#spinner === undefined ? 'none' : 'spinner';
  }

  /** Shows a spinner with `text`, or changes the text of the one that turns. Ends bars. */
  spin(text: string): void {
    if (this.#isClosed) return;
    const line = fitText(text, columnsOf(this.#stderr) - 3);
    if (this.#spinner !== undefined) {
      this.#spinner.text = line;
      return;
    }
    this.clear();
    this.#stderr.write(HIDE_CURSOR);
    this.#spinner = ora({
      text: line,
      stream: this.#stderr,
      color: this.#hasColor ? 'cyan' : false,
      hideCursor: false, // ours: ora's way installs a signal handler
      discardStdin: false, // else the terminal is in raw mode: Ctrl-Z and Ctrl-\ are dead
      isEnabled: true,
    } as Parameters<typeof ora>[0]).start();
  }

  /**
   * Shows what `render` gives for the width and height of the terminal, again for each frame and
   * after a resize. Ends a spinner. Calling it again with another number of lines rebuilds the bars.
   */
  showBars(render: RenderBars): void {
    if (this.#isClosed) return;
    if (this.#bars === undefined) {
      this.clear();
      this.#bars = new Bars(this.#stderr, render);
    } else {
      this.#bars.refresh(render);
    }
  }

  /** Writes lines that stay, above the spinner or the bars. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    // each clears the rest of its row: the second and later ones stand where bars were
    const text = lines.map((line) => `${line}${CLEAR_RIGHT}\n`).join('');
    if (this.#bars !== undefined) this.#bars.log(text);
    else this.#stderr.write(text); // ora puts what others write above its line
  }

  /** Takes spinner and bars away. */
  clear(): void {
    this.#spinner?.stop();
    this.#spinner = undefined;
    this.#bars?.stop();
    this.#bars = undefined;
  }

  /** Gives the terminal back. Repeating it does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.clear();
    this.#restore();
    process.off('exit', this.#restore);
  }

  readonly #restore = (): void => {
    this.#stderr.write(WRAP_LINES + SHOW_CURSOR);
  };
}

/** The lines for a terminal of this size; fewer than `rows`. */
type RenderBars = (size: Readonly<{ columns: number; rows: number }>) => readonly string[];

/** cli-progress only draws here; what it draws comes from `render`, computed once per frame. */
class Bars {
  readonly #stderr: Output;
  #render: RenderBars;
  #multiBar: cliProgress.MultiBar;
  #lines: readonly string[];
  /** What is on the terminal now. */
  #drawn: readonly string[] = [];

  constructor(stderr: Output, render: RenderBars) {
    this.#stderr = stderr;
    this.#render = render;
    this.#lines = this.#renderLines();
    this.#multiBar = this.#open();
    stderr.on('resize', this.#onResize);
  }

  refresh(render: RenderBars): void {
    this.#render = render;
    const lines = this.#renderLines();
    const isSameHeight = lines.length === this.#lines.length;
    this.#lines = lines;
    if (isSameHeight) return;
    this.#multiBar.stop();
    this.#multiBar = this.#open();
  }

  log(text: string): void {
    this.#multiBar.log(text);
    this.#multiBar.update(); // at once: lines in its buffer are lost by stop()
  }

  stop(): void {
    this.#stderr.removeListener('resize', this.#onResize);
    this.#multiBar.stop();
  }

  #renderLines(): readonly string[] {
    return this.#render({ columns: columnsOf(this.#stderr), rows: this.#stderr.rows ?? 24 });
  }

  #open(): cliProgress.MultiBar {
    const multiBar = new cliProgress.MultiBar({
      stream: this.#stderr,
      fps: 10,
      format: (_options, _params, payload: { index: number }) => this.#lines[payload.index] ?? '',
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      forceRedraw: true,
      emptyOnZero: true,
      gracefulExit: false, // signals are main.ts's
    });
    for (const index of this.#lines.keys()) multiBar.create(1, 0, { index });
    multiBar.on('redraw-post', () => {
      this.#drawn = this.#lines;
    });
    multiBar.update();
    return multiBar;
  }

  /**
   * Terminals that have become narrower break the lines that stand there into several (tmux, iTerm2,
   * Terminal.app, VTE), so the first of them is further up than cli-progress believes. Row by row,
   * because what is cleared in one go from the top of the screen lands in the history of tmux.
   */
  readonly #onResize = (): void => {
    const columns = columnsOf(this.#stderr);
    const below = Math.max(0, this.#drawn.length - 1);
    const rows = this.#drawn.map((line) => Math.max(1, Math.ceil(stringWidth(line) / columns)));
    const above = rows.reduce((sum, count) => sum + count, 0) - 1;
    const backDown = below > 0 ? `\x1b[${below}B` : ''; // where cli-progress starts from
    this.#stderr.write(CLEAR_ROW + `\x1b[A${CLEAR_ROW}`.repeat(Math.max(0, above)) + backDown);
    this.#lines = this.#renderLines();
    this.#multiBar.stop();
    this.#multiBar = this.#open();
  };
}
