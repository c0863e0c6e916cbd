import { loadFilm } from './api.ts';
import { element } from './element.ts';
import { explainFailure } from './explain-failure.ts';
import type { Film } from './film.ts';
import { describeFilm } from './film-facts.ts';
import { type Menus, makeMenus } from './menus.ts';
import { type Problem, showProblem } from './problem.ts';
import { playbackFacts } from './stats.ts';

/** Fills `main` with the player of one film. */
export async function showWatch(main: HTMLElement, slug: string): Promise<void> {
  const loaded = await loadFilm(slug);
  if ('problem' in loaded) {
    main.replaceChildren(element('h1', {}, slug), showProblem(loaded.problem), backLink());
    return;
  }
  const film = loaded.value;
  if (film.hlsUrl === '') {
    main.replaceChildren(element('h1', {}, film.title), showProblem(NO_URL), backLink());
    return;
  }
  document.title = `${film.title} · movie-ingest`;
  const video = element('video', {
    controls: '',
    playsinline: '',
    preload: 'metadata',
    poster: film.posterUrl,
    'aria-label': film.title,
  });
  const problems = element('div', { class: 'problems' });
  const menus = makeMenus(film);
  const stats = element('p', { class: 'stats' });
  main.replaceChildren(
    element(
      'article',
      { class: 'watch' },
      element('div', { class: 'screen' }, video),
      problems,
      element('div', { class: 'under' }, menus.element, stats),
      ...describeFilm(film),
    ),
    backLink(),
  );
  await play({ film, video, problems, menus, stats });
}

type Stage = Readonly<{
  film: Film;
  video: HTMLVideoElement;
  problems: HTMLElement;
  menus: Menus;
  stats: HTMLElement;
}>;

async function play({ film, video, problems, menus, stats }: Stage): Promise<void> {
  const { openPlayer } = await import('./player.ts');
  const player = openPlayer({
    video,
    url: film.hlsUrl,
    engine: askedEngine(),
    onTracks: menus.update,
    onFailure: (failure) => {
      // The first says the most; what follows are the player's further tries.
      if (problems.childElementCount > 0) return;
      problems.append(showProblem(explainFailure(failure, film)));
    },
  });
  if (player === undefined) {
    const failure = { cause: 'unsupported', url: film.hlsUrl, detail: 'It plays no HLS.' } as const;
    problems.append(showProblem(explainFailure(failure, film)));
    return;
  }
  setInterval(() => {
    stats.textContent = playbackFacts(video, player, film);
  }, 500);
  await video.play().catch(() => undefined); // browsers may want a click first; the controls are there
}

const NO_URL: Problem = {
  what: 'The document of this film has no hls_url',
  why: 'It was not written by movie-ingest, or somebody edited it.',
  fix: { text: 'Ingest the film again:', command: 'movie-ingest add --force FILM' },
};

/** `?engine=hls` and `?engine=native` are for tests and for comparing. */
function askedEngine(): 'hls' | 'native' | undefined {
  const asked = new URLSearchParams(location.search).get('engine');
  return asked === 'hls' || asked === 'native' ? asked : undefined;
}

function backLink(): HTMLElement {
  return element('p', { class: 'back' }, element('a', { href: '/' }, '← All films'));
}
