import { element } from './element.ts';
import type { Film } from './film.ts';
import type { Player, Quality } from './player-contract.ts';

/** The selects beside the player. `update` shows what the player has and uses now. */
export type Menus = Readonly<{ element: HTMLElement; update: (player: Player) => void }>;

/**
 * Quality and audio; each is hidden while there is nothing to choose. They are changed in place, so
 * that a menu which is open or has the focus stays so when the player switches by itself.
 */
export function makeMenus(film: Film): Menus {
  const quality = makeMenu('Quality');
  const audio = makeMenu('Audio');
  return {
    element: element('div', { class: 'menus' }, quality.element, audio.element),
    update: (player) => {
      const { playing, chosen } = player.quality();
      const names = player.qualities().map((one) => qualityName(one, film));
      const now = names[playing ?? -1];
      quality.show({
        options: names.length === 0 ? [] : [now ? `Auto (${now})` : 'Auto', ...names],
        chosen: (chosen ?? -1) + 1,
        onChoose: (index) => {
          player.chooseQuality(index === 0 ? undefined : index - 1);
        },
      });
      audio.show({
        options: player.audioTracks().map((track) => track.name),
        chosen: player.audioTrack(),
        onChoose: player.chooseAudioTrack,
      });
    },
  };
}

/** By the document's renditions, because 1920×800 is called 1080p. */
export function qualityName({ width, height }: Omit<Quality, 'bitsPerSecond'>, film: Film): string {
  const known = film.renditions.find((one) => one.width === width && one.height === height);
  return known?.name ?? `${height}p`;
}

type Choices = Readonly<{
  options: readonly string[];
  chosen: number;
  onChoose: (index: number) => void;
}>;

function makeMenu(label: string) {
  const select = element('select');
  const whole = element('label', { class: 'menu' }, element('span', {}, label), select);
  whole.hidden = true;
  return {
    element: whole,
    show: ({ options, chosen, onChoose }: Choices) => {
      whole.hidden = options.length < 2;
      while (select.options.length > options.length) select.remove(options.length);
      options.forEach((name, index) => {
        const option = select.options[index] ?? select.appendChild(element('option'));
        option.label = name;
        option.textContent = name;
      });
      select.selectedIndex = chosen;
      select.onchange = () => {
        onChoose(select.selectedIndex);
      };
    },
  };
}
