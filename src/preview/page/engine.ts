import type { Film } from './film.ts';
import type { Failure, Player } from './player-contract.ts';

/** What brings the pictures into `video`: a player without its controls. */
export type Engine = Omit<Player, 'element' | 'video' | 'pressKey'> &
  Readonly<{
    /** What the controls are told to control: `video` itself, or an element around it. */
    media: HTMLElement;
  }>;

export type EngineOptions = Readonly<{
  film: Film;
  /** Has no address yet. */
  video: HTMLVideoElement;
  onFailure: (failure: Failure) => void;
}>;
