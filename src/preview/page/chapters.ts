import { element } from './element.ts';
import { texts } from './language.ts';

export type Chapter = Readonly<{ startSeconds: number; title: string }>;

/**
 * The chapters of the film as links to their times, filled once the track of the player has loaded;
 * hidden until then. The one that is playing is marked.
 */
export function makeChapters(
  video: HTMLVideoElement,
): Readonly<{ element: HTMLElement; chapters: () => readonly Chapter[] }> {
  const list = element('ol', { class: 'chapters' });
  const whole = element(
    'section',
    {},
    element('h2', { class: 'section-title' }, texts.chapters),
    list,
  );
  whole.hidden = true;
  let chapters: readonly Chapter[] = [];
  const track = video.querySelector<HTMLTrackElement>('track[kind="chapters"]');
  track?.addEventListener('load', () => {
    chapters = readChapters(track.track);
    list.replaceChildren(...chapters.map(link));
    whole.hidden = chapters.length === 0;
  });
  video.addEventListener('timeupdate', () => {
    const playing = chapters.findLastIndex((one) => one.startSeconds <= video.currentTime);
    for (const [index, { firstElementChild }] of [...list.children].entries()) {
      if (index === playing) firstElementChild?.setAttribute('aria-current', 'true');
      else firstElementChild?.removeAttribute('aria-current');
    }
  });
  return { element: whole, chapters: () => chapters };
}

function readChapters({ cues }: TextTrack): readonly Chapter[] {
  return [...(cues ?? [])].map((cue) => ({
    startSeconds: cue.startTime,
    title: cue instanceof VTTCue ? (cue.getCueAsHTML().textContent ?? '') : '',
  }));
}

function link({ startSeconds, title }: Chapter): HTMLElement {
  const time = element('time', {}, clock(startSeconds));
  const name = element('span', { dir: 'auto' }, title);
  return element('li', {}, element('a', { href: `#t=${startSeconds}` }, time, name));
}

/** `1:02:03`, `2:03`. */
function clock(seconds: number): string {
  const [h, m, s] = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const two = (value = 0) => String(value).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
