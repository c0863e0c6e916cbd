import stringWidth from 'string-width';

export type WrapOptions = Readonly<{
  /** Cells in a line; undefined: never break (a log, a pipe). */
  columns: number | undefined;
  /** Spaces before the second line and those after it. */
  indent: number;
  /** Between two parts on one line; it falls away where a line is broken. Default: a space. */
  separator?: string;
}>;

/**
 * Puts `parts` after one another, and starts a new line where the next would not fit. A part is never
 * broken, so that a URL or a path stays whole to be copied, even when it is longer than the line.
 */
export function wrapText(parts: readonly string[], options: WrapOptions): string[] {
  const { columns = Number.POSITIVE_INFINITY, indent, separator = ' ' } = options;
  const lines: string[] = [];
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = `${line}${separator}${part}`;
    if (stringWidth(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = ' '.repeat(indent) + part;
    }
  }
  return [...lines, line];
}
