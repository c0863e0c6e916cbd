import { loadShown } from './api.ts';
import { element } from './element.ts';
import { chooseLanguage, LANGUAGES, type Language, language, texts } from './language.ts';
import { showLibrary } from './library.ts';
import { namePlace } from './place-in-film.ts';
import { showProblem } from './problem.ts';
import { showWatch } from './watch.ts';

const main = document.querySelector('main');
if (main !== null) {
  translateFrame();
  const shown = await loadShown();
  const asked = /^\/watch\/([^/]+)$/.exec(location.pathname)?.[1];
  if ('problem' in shown) main.replaceChildren(showProblem(shown.problem));
  else if (asked === undefined) await showLibrary(main);
  else await showWatch(main, decode(asked), shown.value);
}

/** What index.html has around `main`. */
function translateFrame(): void {
  document.documentElement.lang = language;
  write('.skip', texts.skip);
  write('.tag', texts.preview);
  write('.served', texts.servedBy);
  write('.foot a', texts.licences);
  document.querySelector('.bar')?.append(languageMenu());
}

function write(selector: string, text: string): void {
  document.querySelector(selector)?.replaceChildren(text);
}

function languageMenu(): HTMLElement {
  const menu = element('select', { class: 'language', 'aria-label': texts.language });
  for (const [code, name] of Object.entries(LANGUAGES)) {
    menu.append(element('option', { value: code, lang: code }, name));
  }
  menu.value = language;
  menu.addEventListener('change', () => {
    chooseLanguage(menu.value as Language);
    const seconds = document.querySelector('video')?.currentTime;
    if (seconds) namePlace(seconds); // the film goes on where it was
    location.reload();
  });
  return menu;
}

/** An address that somebody typed may be no encoding at all. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
