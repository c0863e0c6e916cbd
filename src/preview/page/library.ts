import { loadFilms } from './api.ts';
import { element } from './element.ts';
import type { Film } from './film.ts';
import { showProblem } from './problem.ts';

/** Fills `main` with all films as posters. */
export async function showLibrary(main: HTMLElement): Promise<void> {
  const loaded = await loadFilms();
  if ('problem' in loaded) {
    main.replaceChildren(element('h1', {}, 'Films'), showProblem(loaded.problem));
    return;
  }
  const films = loaded.value;
  document.title = `Films · movie-ingest`;
  main.replaceChildren(
    element('h1', {}, 'Films', element('span', { class: 'count' }, `${films.length}`)),
    films.length === 0 ? emptyLibrary() : element('ul', { class: 'films' }, ...films.map(card)),
  );
}

function emptyLibrary(): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    element('p', {}, 'There is no film in the catalogue yet. Put the first one in:'),
    element('code', {}, 'movie-ingest add film.mp4'),
  );
}

function card(film: Film): HTMLElement {
  const facts = [film.year, film.duration, film.resolutions.at(-1)];
  return element(
    'li',
    {},
    element(
      'a',
      { class: 'film', href: `/watch/${encodeURIComponent(film.slug)}` },
      poster(film),
      element('h2', { lang: film.language, dir: 'auto' }, film.title),
      element('p', { class: 'facts' }, facts.filter((fact) => fact !== undefined).join(' · ')),
    ),
  );
}

/** Without a picture, or when it does not load, the first letter of the title stands in. */
function poster(film: Film): HTMLElement {
  const frame = element('div', { class: 'poster', 'data-letter': firstLetter(film.title) });
  if (film.posterUrl === undefined) return frame;
  const picture = element('img', { src: film.posterUrl, alt: '', loading: 'lazy' });
  picture.addEventListener('error', () => {
    picture.remove();
  });
  frame.append(picture);
  return frame;
}

function firstLetter(title: string): string {
  return ([...title][0] ?? '').toLocaleUpperCase();
}
