import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';

/** One folder, as it is called on the machine that named a film, and as it is called here. */
export type PathRule = Readonly<{ from: string; to: string }>;

/**
 * Reads `--path-map /Volumes/films=/mnt/films`. Both are absolute, so that nothing depends on where a
 * worker was started. The first `=` divides; a `=` in the first name is written `\=`. Throws `usage`.
 */
export function parsePathRule(text: string): PathRule {
  const parts = /^((?:[^=\\]|\\.)*)=(.*)$/su.exec(text);
  const from = withoutSlash((parts?.[1] ?? '').replaceAll(/\\([=\\])/g, '$1'));
  const to = withoutSlash(parts?.[2] ?? '');
  const isSound = [from, to].every((path) => path.startsWith('/') && !hasDots(path));
  if (parts !== null && isSound) return { from, to };
  throw new IngestError('usage', {
    what: `--path-map ${cleanText(text, { maxLength: 200 })} does not say which folder is which`,
    why: 'It is two absolute folders, as others call it and as this machine does, without .. in them.',
    fix: 'Such as: --path-map /Volumes/films=/mnt/films',
  });
}

/**
 * Where a film lies here that another machine knows as `path`. The rule with the longest `from` counts;
 * only whole names are compared (`/a/b` is no start of `/a/bc`), letter by letter. A path that no rule
 * is about is the same here. Undefined for one that is not absolute or has `..` in it: a name that came
 * over the network must not lead out of the folder that a rule opens.
 */
export function mapPath(path: string, rules: readonly PathRule[]): string | undefined {
  if (!path.startsWith('/') || hasDots(path) || path.includes('\0')) return undefined;
  const fitting = rules
    .filter(({ from }) => path === from || path.startsWith(from === '/' ? '/' : `${from}/`))
    .toSorted((a, b) => b.from.length - a.from.length);
  const [rule] = fitting;
  if (rule === undefined) return path;
  const rest = path.slice(rule.from === '/' ? 0 : rule.from.length);
  return `${rule.to === '/' ? '' : rule.to}${rest}` || '/';
}

function hasDots(path: string): boolean {
  return path.split('/').some((part) => part === '..' || part === '.');
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
