import { loadFilm, type Shown } from './api.ts';
import { askWhy } from './ask-why.ts';
import { makeChapters } from './chapters.ts';
import { element } from './element.ts';
import { explainFailure } from './explain-failure.ts';
import type { Film } from './film.ts';
import { describeFilm } from './film-facts.ts';
import { listenForKeys } from './keys.ts';
import { texts } from './language.ts';
import { placeInFilm } from './place-in-film.ts';
import type { Failure, Player } from './player-contract.ts';
import { type Problem, showProblem } from './problem.ts';
import { qualityName } from './quality-name.ts';
import { playbackFacts } from './stats.ts';
import { allowInertMarkup } from './trusted-markup.ts';

/** Fills `main` with the player of one film. */
export async function showWatch(main: HTMLElement, slug: string, shown: Shown): Promise<void> {
  const loaded = await loadFilm(slug);
  if ('problem' in loaded) {
    main.replaceChildren(element('h1', {}, slug), showProblem(loaded.problem), backLink());
    return;
  }
  const film = loaded.value;
  document.title = `${film.title} · movie-ingest`;
  const problems = element('div', { class: 'problems' });
  const screen = element('div', { class: 'screen' });
  const under = element('div', { class: 'under' });
  main.replaceChildren(
    element('article', { class: 'watch' }, screen, problems, under, ...describeFilm(film)),
    ...(shown.kind === 'url' ? [] : [backLink()]),
  );
  const report = reporter(problems, { film, shown });
  if (film.hlsUrl === '') {
    problems.append(showProblem(noUrl()));
    return;
  }
  const player = await openPlayer(film, report);
  if (player === undefined) {
    report({ cause: 'unsupported', url: film.hlsUrl, detail: texts.problems.playsNoHls });
    return;
  }
  under.append(...dress(player, film, screen));
  await start(player.video);
}

/** The first failure says the most; what follows are the player's further tries. */
function reporter(
  problems: HTMLElement,
  context: Readonly<{ film: Film; shown: Shown }>,
): (failure: Failure) => void {
  let isTold = false;
  return (failure) => {
    if (isTold) return;
    isTold = true;
    void askWhy(failure, failure.url ?? context.film.hlsUrl).then((diagnosis) => {
      problems.append(showProblem(explainFailure(diagnosis, context)));
    });
  };
}

async function openPlayer(
  film: Film,
  onFailure: (failure: Failure) => void,
): Promise<Player | undefined> {
  allowInertMarkup();
  const player = await import('./player.ts');
  return player.openPlayer({ film, engine: askedEngine(), onFailure });
}

/** Puts the player on the screen, and gives what stands under it. */
function dress(player: Player, film: Film, screen: HTMLElement): readonly HTMLElement[] {
  const { video } = player;
  const toast = element('p', { class: 'toast', role: 'status' });
  screen.append(player.element, toast);
  const chapters = makeChapters(video);
  const keys = listenForKeys({
    player,
    chapters: chapters.chapters,
    nameQuality: (index) => qualityName(player.qualities()[index] ?? NO_PICTURE, film),
    tell: teller(toast),
  });
  const stats = element('p', { class: 'stats' });
  setInterval(() => {
    stats.textContent = playbackFacts(player, film);
  }, 500);
  return [stats, chapters.element, keys];
}

const NO_PICTURE = { width: 0, height: 0 };

function teller(toast: HTMLElement): (text: string) => void {
  let hide: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    toast.textContent = text;
    clearTimeout(hide);
    hide = setTimeout(() => toast.replaceChildren(), 2_000);
  };
}

async function start(video: HTMLVideoElement): Promise<void> {
  const goToPlace = () => {
    video.currentTime = placeInFilm() ?? video.currentTime;
  };
  window.addEventListener('hashchange', goToPlace);
  video.addEventListener('loadedmetadata', goToPlace, { once: true });
  await video.play().catch(() => undefined); // browsers may want a click first; the controls are there
}

function noUrl(): Problem {
  return {
    what: texts.problems.noUrl,
    why: texts.problems.noUrlWhy,
    fix: { text: texts.fixes.ingestAgain, command: 'movie-ingest add --force FILM' },
  };
}

/** `?engine=hls` and `?engine=native` are for tests and for comparing. */
function askedEngine(): 'hls' | 'native' | undefined {
  const asked = new URLSearchParams(location.search).get('engine');
  return asked === 'hls' || asked === 'native' ? asked : undefined;
}

function backLink(): HTMLElement {
  return element('p', { class: 'back' }, element('a', { href: '/' }, `← ${texts.allFilms}`));
}
