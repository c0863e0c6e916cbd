export type Pager = Readonly<{
  /** A line for the shell, as everywhere in Unix: `less -S`. */
  command: string;
  /** What it needs besides. */
  env: Readonly<Record<string, string>>;
}>;

/**
 * The user's pager: `PAGER`, else less; undefined where none is wanted (`PAGER=` or `cat`, `TERM=dumb`). A
 * less without wishes of its own leaves the text on the screen, and ends at Ctrl-C.
 */
export function choosePager(
  variables: Readonly<Record<string, string | undefined>>,
): Pager | undefined {
  const command = (variables['PAGER'] ?? 'less').trim();
  if (command === '' || command === 'cat' || variables['TERM'] === 'dumb') return undefined;
  return { command, env: variables['LESS'] === undefined ? { LESS: 'FRXK' } : {} };
}
