import { makeControls } from './controls.ts';
import { element } from './element.ts';
import type { Film } from './film.ts';
import { isHlsSupported, openHls } from './hls-engine.ts';
import { openNative } from './native-engine.ts';
import type { Player, PlayerOptions } from './player-contract.ts';

/**
 * A player that loads `film` and keeps the contract of `player-contract.ts`, or undefined where this
 * browser plays no HLS at all. The entry point of the only bundle that holds player libraries: to change
 * them, write this file, the engines and the controls anew.
 *
 * hls.js whenever it can run, the browser's own HLS only where it cannot: Chrome now says that it
 * plays HLS itself but shows no menus and fails on real streams (cli-player-ux.md §0.9).
 */
export async function openPlayer(options: PlayerOptions): Promise<Player | undefined> {
  const { film, onFailure } = options;
  const video = element('video', {
    slot: 'media',
    playsinline: '',
    crossorigin: 'anonymous', // a bucket's storyboard and chapters are of another origin
    preload: 'auto', // what is missing shall be found before the film comes to it
    poster: film.posterUrl,
    'aria-label': film.title,
  });
  const asked = options.engine ?? (isHlsSupported() ? 'hls' : 'native');
  const isNative = video.canPlayType('application/vnd.apple.mpegurl') !== '';
  if (asked === 'hls' ? !isHlsSupported() : !isNative) return undefined;
  const open = asked === 'hls' ? openHls : openNative;
  const engine = await open({ film, video, onFailure });
  engine.media.append(...tracks(film));
  const controls = makeControls(engine.media, film);
  return { ...engine, element: controls, video, pressKey: (event) => pressKey(controls, event) };
}

/** What the seek bar shows: `thumbnails` is the label that media-chrome looks for. */
function tracks({ storyboardUrl, chaptersUrl }: Film): readonly HTMLElement[] {
  const made: HTMLElement[] = [];
  if (storyboardUrl !== undefined) {
    const label = { kind: 'metadata', label: 'thumbnails', default: '' };
    made.push(element('track', { ...label, src: storyboardUrl }));
  }
  if (chaptersUrl !== undefined) {
    made.push(element('track', { kind: 'chapters', default: '', src: chaptersUrl }));
  }
  return made;
}

/** Keys that media-controller 4.19.4 knows; it hears them by itself only while it has the focus. */
const KEYS = [' ', 'k', 'm', 'f', 'c', 'j', 'l', 'p', '<', '>', 'ArrowLeft', 'ArrowRight'];

function pressKey(controls: HTMLElement, event: KeyboardEvent): boolean {
  if (!KEYS.includes(event.key) || !('keyboardShortcutHandler' in controls)) return false;
  (
    controls as unknown as { keyboardShortcutHandler(event: KeyboardEvent): void }
  ).keyboardShortcutHandler(event);
  return true;
}
