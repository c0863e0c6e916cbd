import { element } from './element.ts';

/** What happened, why, what to do: the same three parts as an error on the command line. */
export type Problem = Readonly<{ what: string; why?: string | undefined; fix?: Fix | undefined }>;

/** `command` is shown as something to type. */
export type Fix = Readonly<{ text: string; command?: string }>;

/** The banner of a problem; read out at once by a screen reader. */
export function showProblem({ what, why, fix }: Problem): HTMLElement {
  const banner = element('section', { class: 'problem', role: 'alert' }, element('h2', {}, what));
  if (why !== undefined) banner.append(element('p', {}, why));
  if (fix !== undefined) {
    const line = element('p', { class: 'fix' }, fix.text);
    if (fix.command !== undefined) line.append(' ', element('code', {}, fix.command));
    banner.append(line);
  }
  return banner;
}
