import { loadFilms } from './api.ts';
import { element } from './element.ts';
import type { Film } from './film.ts';
import { texts } from './language.ts';
import { showProblem } from './problem.ts';

/** Fills `main` with all films as posters. */
export async function showLibrary(main: HTMLElement): Promise<void> {
  const loaded = await loadFilms();
  document.title = `${texts.films} · movie-ingest`;
  if ('problem' in loaded) {
    main.replaceChildren(element('h1', {}, texts.films), showProblem(loaded.problem));
    return;
  }
  const films = loaded.value;
  const count = element('span', { class: 'count', role: 'status' }, `${films.length}`);
  const head = element('div', { class: 'head' }, element('h1', {}, texts.films), count);
  if (films.length === 0) {
    main.replaceChildren(head, emptyLibrary());
    return;
  }
  const cards = films.map((film) => ({ text: searchable(film.title), card: card(film) }));
  const list = element('ul', { class: 'films' }, ...cards.map((one) => one.card));
  const nothing = element('p', { class: 'nothing' }, texts.nothingFound);
  nothing.hidden = true;
  if (films.length > FEW) {
    head.append(
      searchField((asked) => {
        let found = 0;
        for (const one of cards) {
          one.card.hidden = !one.text.includes(asked);
          if (!one.card.hidden) found += 1;
        }
        count.textContent = asked === '' ? `${found}` : texts.found(found, films.length);
        nothing.hidden = found > 0;
      }),
    );
  }
  main.replaceChildren(head, list, nothing);
}

/** As many as one sees at a glance: there is nothing to search. */
const FEW = 12;

function searchField(onAsked: (text: string) => void): HTMLElement {
  const field = element('input', {
    type: 'search',
    class: 'search',
    placeholder: texts.search,
    'aria-label': texts.search,
  });
  field.addEventListener('input', () => {
    onAsked(searchable(field.value.trim()));
  });
  return field;
}

/** Without accents and capitals: `thử` is found as `thu`, and `Đ` as `d`. */
function searchable(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}

function emptyLibrary(): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    element('p', {}, texts.empty),
    element('code', {}, 'movie-ingest add film.mp4'),
  );
}

function card(film: Film): HTMLElement {
  const facts = [film.trouble, film.year, film.duration, film.resolutions.at(-1)];
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
  const picture = element('img', {
    src: film.posterUrl,
    alt: '',
    loading: 'lazy',
    decoding: 'async',
  });
  picture.addEventListener('error', () => {
    picture.remove();
  });
  frame.append(picture);
  return frame;
}

function firstLetter(title: string): string {
  return ([...title][0] ?? '').toLocaleUpperCase();
}
