import type { Chapter } from './chapters.ts';
import { element } from './element.ts';
import { texts } from './language.ts';
import type { Player } from './player-contract.ts';

export type KeysOptions = Readonly<{
  player: Player;
  chapters: () => readonly Chapter[];
  nameQuality: (index: number) => string;
  /** Shows what a key has done. */
  tell: (text: string) => void;
}>;

/**
 * Listens to the keys of the whole page, and makes the list of them. The player hears its own keys when
 * it has the focus; here they work wherever the focus is, but for controls that use the key themselves.
 */
export function listenForKeys(options: KeysOptions): HTMLElement {
  const list = listOfKeys();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (belongsElsewhere(event)) return;
    const done = event.key === '?' ? openList(list) : doOwn(event.key, options);
    const isInPlayer = event.composedPath().includes(options.player.element);
    if (done || (!isInPlayer && options.player.pressKey(event))) event.preventDefault();
  });
  return list;
}

const KEYS = [
  ['k', 'play'],
  ['j  l', 'seek'],
  ['0 … 9', 'tenths'],
  ['[  ]', 'chapter'],
  ['q', 'quality'],
  ['a', 'audio'],
  ['c', 'captions'],
  ['v', 'nextCaptions'],
  ['<  >', 'speed'],
  ['m', 'mute'],
  ['↑  ↓', 'volume'],
  ['f', 'fullscreen'],
  ['p', 'pip'],
  ['?', 'help'],
] as const;

function listOfKeys(): HTMLDetailsElement {
  const list = element('dl', {});
  for (const [keys, name] of KEYS) {
    const caps = keys.split('  ').map((key) => element('kbd', {}, key));
    const what = element('dd', {}, texts.keyNames[name]);
    list.append(element('div', {}, element('dt', {}, ...caps), what));
  }
  return element('details', { class: 'keys' }, element('summary', {}, texts.keys), list);
}

function openList(list: HTMLDetailsElement): true {
  list.open = !list.open;
  if (list.open) list.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Typing in a field, moving in a menu, pressing a button or following a link with Space. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  return event.composedPath().some((target) => {
    if (!(target instanceof Element)) return false;
    if (target.matches('input, select, textarea, [role="menu"]')) return true;
    return event.key === ' ' && target.matches('a, button, summary, [role="button"]');
  });
}

function doOwn(key: string, options: KeysOptions): boolean {
  if (/^\d$/.test(key)) return seekToTenth(options.player.video, Number(key));
  switch (key) {
    case 'q':
      return nextQuality(options);
    case 'a':
      return nextAudio(options);
    case 'v':
      return nextCaptions(options);
    case '[':
      return seekToChapter(options, -1);
    case ']':
      return seekToChapter(options, 1);
    default:
      return false;
  }
}

function seekToTenth(video: HTMLVideoElement, tenth: number): boolean {
  if (Number.isFinite(video.duration)) video.currentTime = (video.duration * tenth) / 10;
  return true;
}

/** From the automatic choice up through all of them, and round again. */
function nextQuality({ player, nameQuality, tell }: KeysOptions): boolean {
  if (player.qualities().length < 2) return true;
  const next = (player.quality().chosen ?? -1) + 1;
  const index = next < player.qualities().length ? next : undefined;
  player.chooseQuality(index);
  tell(`${texts.quality}: ${index === undefined ? texts.auto : nameQuality(index)}`);
  return true;
}

function nextAudio({ player, tell }: KeysOptions): boolean {
  const tracks = player.audioTracks();
  const index = (player.audioTrack() + 1) % Math.max(1, tracks.length);
  const next = tracks[index];
  if (next === undefined || tracks.length < 2) return true;
  player.chooseAudioTrack(index);
  tell(`${texts.audio}: ${next.name}`);
  return true;
}

/** Through all of them, and off after the last. */
function nextCaptions({ player, tell }: KeysOptions): boolean {
  const tracks = [...player.video.textTracks].filter(
    ({ kind }) => kind === 'subtitles' || kind === 'captions',
  );
  const next = tracks.findIndex(({ mode }) => mode === 'showing') + 1;
  for (const [index, track] of tracks.entries()) {
    track.mode = index === next ? 'showing' : 'disabled';
  }
  if (tracks.length > 0) tell(`${texts.captions}: ${tracks[next]?.label ?? texts.off}`);
  return true;
}

/** Back is to the start of the chapter, or to the one before when it has only begun. */
function seekToChapter({ player, chapters, tell }: KeysOptions, step: 1 | -1): boolean {
  const { video } = player;
  const at = video.currentTime - (step === -1 ? 3 : 0);
  const now = chapters().findLastIndex((one) => one.startSeconds <= at);
  const chapter = chapters()[step === 1 ? now + 1 : Math.max(0, now)];
  if (chapter === undefined) return true;
  video.currentTime = chapter.startSeconds;
  tell(chapter.title);
  return true;
}
