import { decodeText } from '../lib/decode-text.ts';
import type { Cue } from '../model/cue.ts';
import { cueText } from './cue-text.ts';
import { parseAss } from './parse-ass.ts';
import { parseSrt } from './parse-srt.ts';
import { parseVtt } from './parse-vtt.ts';
import { MAX_CUES, type ParsedSubtitles } from './parsed-subtitles.ts';

export type ReadCuesOptions = Readonly<{
  /** BCP-47, `und` when unknown: helps to tell encodings apart. */
  language: string;
  /** Of the film: what lies beyond it is left out. */
  durationMs: number;
}>;

export type ReadCues = Readonly<{
  /** In order of their starts. */
  cues: readonly Cue[];
  /** What a user may want to know, each a clause: `3 cues with impossible times are left out`. */
  remarks: readonly string[];
}>;

/**
 * The cues of a subtitle file, SubRip, WebVTT or ASS by its content, of any encoding. Undefined when it
 * is none of them. Never throws for what is in the bytes.
 */
export function readCues(bytes: Uint8Array, options: ReadCuesOptions): ReadCues | undefined {
  const { text, encoding, isGuess, damaged } = decodeText(bytes, options);
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const cues = tidy(parsed, options.durationMs);
  return {
    cues,
    remarks: [
      ...(isGuess ? [`it does not say how it is encoded: taken for ${encoding}`] : []),
      ...(!isGuess && damaged > 0 ? [`it is damaged in ${damaged} place(s), shown as �`] : []),
      ...(parsed.broken > 0 ? [`${parsed.broken} cue(s) with impossible times are left out`] : []),
      ...(parsed.cues.length >= MAX_CUES ? [`only the first ${MAX_CUES} cues of it`] : []),
      ...(parsed.cues.some(({ startMs }) => startMs >= options.durationMs)
        ? ['it goes on after the end of the film: is it of another cut?']
        : []),
    ],
  };
}

function parse(text: string): ParsedSubtitles | undefined {
  const start = text.slice(0, 10_000).replace(/^\u{feff}/u, '');
  if (/^\s*WEBVTT(?:[ \t\r\n]|$)/.test(start)) return parseVtt(text);
  if (/^\s*\[(?:script info|v4\+? styles|events)\]/im.test(start)) return parseAss(text);
  return /\d\s*-->\s*-?\d/.test(text) ? parseSrt(text) : undefined;
}

/** A text set anew in every picture is one cue when there is no more than this between. */
const SEAM_MS = 50;

/**
 * In order, within the film, each text once at a time (ASS draws shadows and borders as layers of their
 * own), and one that goes on as one cue (typesetting moves it from picture to picture).
 */
function tidy({ cues }: ParsedSubtitles, durationMs: number): readonly Cue[] {
  const ordered = cues
    .map(({ markup, ...cue }) => ({
      ...cue,
      endMs: Math.min(cue.endMs, durationMs),
      text: cueText(markup),
    }))
    .filter(({ startMs, endMs, text }) => text !== '' && endMs > startMs)
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const kept: { startMs: number; endMs: number; text: string; isTop: boolean }[] = [];
  const newest = new Map<string, (typeof kept)[number]>();
  for (const cue of ordered) {
    const same = newest.get(cue.text);
    if (same !== undefined && same.isTop === cue.isTop && cue.startMs <= same.endMs + SEAM_MS) {
      same.endMs = Math.max(same.endMs, cue.endMs);
      continue;
    }
    kept.push(cue);
    newest.set(cue.text, cue);
  }
  return kept;
}
