import { MediaRenditionMenu } from 'media-chrome/menu/media-rendition-menu.js';
import { texts } from './language.ts';
import type { Quality } from './player-contract.ts';

/** The menu of media-chrome, with the names of our ladder: 1920×800 is 1080p, not 800p. */
export class QualityMenu extends MediaRenditionMenu {
  /** Set before the menu has something to show. */
  nameOf: (quality: Pick<Quality, 'width' | 'height'>) => string = ({ height }) => `${height}p`;

  override formatRendition({ width = 0, height = 0 }: { width?: number; height?: number }): string {
    return this.nameOf({ width, height });
  }

  /** Without a rendition it is the entry for the automatic choice. */
  override formatMenuItemText(text: string, rendition?: object): string {
    if (rendition !== undefined) return text;
    const playing = { width: this.mediaWidth, height: this.mediaHeight };
    return playing.height > 0 ? `${texts.auto} (${this.nameOf(playing)})` : texts.auto;
  }
}

customElements.define('quality-menu', QualityMenu);
