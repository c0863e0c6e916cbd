/** One subtitle: what is shown, and when. Times are from the film's start. */
export type Cue = Readonly<{
  startMs: number;
  /** Always after `startMs`. */
  endMs: number;
  /**
   * WebVTT cue text, ready to be written: no empty line, no `-->`, `&`, `<` and `>` escaped, and no tag
   * but `<b>`, `<i>` and `<u>`, which are balanced.
   */
  text: string;
  /** At the upper edge of the picture, as subtitles are that would hide a text in the picture. */
  isTop: boolean;
}>;
