import { styleText } from 'node:util';
import type { Output, TerminalFacts } from './output.ts';

type Style = (text: string) => string;

/** Styles by their use. Each gives the bare text back when colour is off. */
export type Paint = Readonly<Record<'good' | 'warn' | 'bad' | 'strong' | 'faint', Style>>;

export type ColorQuestion = Readonly<{
  /** The user's word: `--color`, `--no-color`. */
  color: boolean | undefined;
  output: Output;
  terminal: TerminalFacts;
}>;

/**
 * Whether to colour what goes to `output`: the flag, else NO_COLOR (non-empty: no), else FORCE_COLOR
 * (`0` and `false`: no, anything else: yes), else only a terminal that is not `dumb`. Our own gate:
 * what `util.styleText` looks at differs between the releases of Node 20, so it is told not to look.
 */
export function wantsColor({ color, output, terminal }: ColorQuestion): boolean {
  if (color !== undefined) return color;
  if (terminal.noColor !== undefined && terminal.noColor !== '') return false;
  if (terminal.forceColor !== undefined) return !['0', 'false'].includes(terminal.forceColor);
  return output.isTTY === true && terminal.term !== 'dumb';
}

export function openPaint(isColored: boolean): Paint {
  const style = (format: Parameters<typeof styleText>[0]): Style =>
    isColored ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return {
    good: style('green'),
    warn: style('yellow'),
    bad: style('red'),
    strong: style('bold'),
    faint: style('dim'),
  };
}
