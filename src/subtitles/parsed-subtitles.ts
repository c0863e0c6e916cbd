/** A cue as a file has it. Its text may hold HTML tags, and anything else. */
export type RawCue = Readonly<{ startMs: number; endMs: number; markup: string; isTop: boolean }>;

/** `broken`: cues whose times make no sense; they are left out. */
export type ParsedSubtitles = Readonly<{ cues: readonly RawCue[]; broken: number }>;

/** Two hours of a speaking clock would be 7,200; karaoke and typesetting come in tens of thousands. */
export const MAX_CUES = 50_000;

/** `{\an8}` and `{\a6}` in ASS and in SubRip files: at the upper edge. */
export function isAtTop(text: string): boolean {
  return /\{[^{}]{0,100}\\(?:an[789]|a(?:5|6|7))(?=[\\}])/.test(text.slice(0, 300));
}
