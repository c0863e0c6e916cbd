import 'media-chrome';
import 'media-chrome/menu/index.js';
import { addTranslation, setLanguage } from 'media-chrome/utils/i18n.js';
import { controlsInVietnamese } from './controls-vi.ts';
import { element } from './element.ts';
import type { Film } from './film.ts';
import { language, texts } from './language.ts';
import { QualityMenu } from './quality-menu.ts';
import { qualityName } from './quality-name.ts';

addTranslation('vi', controlsInVietnamese);
setLanguage(language);

/** The controls of media-chrome around `media`: menus, seek bar with storyboard and chapters, buttons. */
export function makeControls(media: HTMLElement, film: Film): HTMLElement {
  return element(
    'media-controller',
    {
      class: 'player',
      lang: language,
      // The page has its own list of keys, in both languages.
      hotkeys: 'noshift+/',
      'aria-label': film.title,
    },
    media,
    element('media-loading-indicator', { slot: 'centered-chrome', noautohide: '' }),
    settingsMenu(film),
    titled(element('media-captions-menu', { hidden: '', anchor: 'auto' }), texts.captions),
    element('media-control-bar', { class: 'seek-bar' }, seekBar()),
    element(
      'media-control-bar',
      { class: 'buttons' },
      button('media-play-button'),
      button('media-seek-backward-button', { class: 'wide', seekoffset: '10' }),
      button('media-seek-forward-button', { class: 'wide', seekoffset: '10' }),
      button('media-mute-button'),
      element('media-volume-range', { class: 'wide' }),
      element('media-time-display', { showduration: '', notoggle: '' }),
      element('span', { class: 'gap' }),
      button('media-captions-menu-button', { class: 'captions' }),
      button('media-settings-menu-button'),
      button('media-pip-button'),
      button('media-fullscreen-button'),
    ),
  );
}

function button(name: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement {
  return element(name, attributes);
}

function seekBar(): HTMLElement {
  return element(
    'media-time-range',
    {},
    element('media-preview-thumbnail', { slot: 'preview' }),
    element('media-preview-chapter-display', { slot: 'preview' }),
    element('media-preview-time-display', { slot: 'preview' }),
  );
}

function settingsMenu(film: Film): HTMLElement {
  const quality = new QualityMenu();
  quality.nameOf = (one) => qualityName(one, film);
  const rates = element('media-playback-rate-menu', { rates: '0.5 0.75 1 1.25 1.5 2' });
  const menu = element(
    'media-settings-menu',
    { hidden: '', anchor: 'auto' },
    submenu(texts.quality, quality),
    submenu(texts.audio, element('media-audio-track-menu')),
    submenu(texts.captions, element('media-captions-menu')),
    submenu(texts.speed, rates),
  );
  return nameMenu(menu, texts.settings);
}

function submenu(name: string, menu: HTMLElement): HTMLElement {
  menu.setAttribute('slot', 'submenu');
  menu.hidden = true;
  return element('media-settings-menu-item', {}, name, titled(menu, name));
}

function titled(menu: HTMLElement, name: string): HTMLElement {
  nameMenu(menu, name);
  menu.append(element('div', { slot: 'title' }, name));
  return menu;
}

/** The way back is a button, which a menu may not hold, and English (media-chrome 4.19.4). */
function nameMenu(menu: HTMLElement, name: string): HTMLElement {
  menu.setAttribute('aria-label', name);
  const back = menu.shadowRoot?.querySelector('[part~="back"]');
  back?.setAttribute('role', 'menuitem');
  back?.setAttribute('aria-label', texts.back);
  return menu;
}
