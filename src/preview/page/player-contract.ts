import type { Film } from './film.ts';

/** What the watch page needs of a player, whichever library is behind it. */
export type Player = Readonly<{
  /** For the stats line: `hls.js 1.7.4`. */
  name: string;
  /** The picture with its controls. */
  element: HTMLElement;
  /** What plays; its time, buffer, text tracks and speed are read and set here. */
  video: HTMLVideoElement;
  /** From small to large. Empty when the player chooses by itself and cannot be told. */
  qualities: () => readonly Quality[];
  /**
   * Indexes into `qualities`. `playing` is undefined before the first picture; `chosen` is what
   * `chooseQuality` was told, undefined while the player chooses.
   */
  quality: () => Readonly<{ playing: number | undefined; chosen: number | undefined }>;
  /** Takes effect at once. `undefined` leaves the choice to the player. */
  chooseQuality: (index: number | undefined) => void;
  audioTracks: () => readonly AudioTrack[];
  audioTrack: () => number;
  chooseAudioTrack: (index: number) => void;
  /** How fast the line is thought to be; undefined where nobody knows. */
  bitsPerSecond: () => number | undefined;
  /** Does what the key does in the player; false when it is none of its keys. */
  pressKey: (event: KeyboardEvent) => boolean;
}>;

export type Quality = Readonly<{ width: number; height: number; bitsPerSecond: number }>;
export type AudioTrack = Readonly<{ name: string }>;

/** Why a film cannot go on, as far as a browser can know. */
export type FailureCause =
  | 'missing'
  | 'forbidden'
  | 'server'
  | 'unreachable'
  | 'undecodable'
  | 'unsupported';

export type Failure = Readonly<{
  cause: FailureCause;
  /** What was being loaded. */
  url: string | undefined;
  /** In the player's own words. */
  detail: string;
}>;

export type PlayerOptions = Readonly<{
  film: Film;
  /** Forces one; undefined takes the best. */
  engine: 'hls' | 'native' | undefined;
  /** What ends the film, and what of it is missing or broken though the player plays on. */
  onFailure: (failure: Failure) => void;
}>;
