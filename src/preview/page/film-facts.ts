import { element } from './element.ts';
import type { Film } from './film.ts';
import { texts } from './language.ts';

/** Title, one line of facts, description, and what an engineer wants to know of a film. */
export function describeFilm(film: Film): readonly HTMLElement[] {
  const facts = [film.trouble, film.year, film.duration, film.resolutions.join(' ')];
  const described: HTMLElement[] = [
    element('h1', { lang: film.language, dir: 'auto' }, film.title),
    element('p', { class: 'facts' }, facts.filter((fact) => fact).join(' · ')),
  ];
  if (film.description !== '') {
    const attributes = { class: 'description', lang: film.language, dir: 'auto' };
    described.push(element('p', attributes, film.description));
  }
  described.push(technicalFacts(film));
  return described;
}

function technicalFacts(film: Film): HTMLElement {
  const rows = [
    [texts.hlsUrl, film.hlsUrl],
    [texts.slug, film.slug],
    [texts.source, film.sourceFile],
    [texts.encoder, film.encoder],
    [texts.size, film.bytes && `${(film.bytes / 1_000_000).toFixed(1)} MB`],
  ] as const;
  const list = element('dl', { class: 'technical' });
  for (const [name, value] of rows) {
    if (!value) continue;
    list.append(element('div', {}, element('dt', {}, name), element('dd', { dir: 'auto' }, value)));
  }
  return list;
}
