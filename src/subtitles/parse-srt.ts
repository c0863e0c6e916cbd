import { CLOCK, clockMs } from './parse-clock.ts';
import { isAtTop, MAX_CUES, type ParsedSubtitles, type RawCue } from './parsed-subtitles.ts';

/** `00:01:02,500 --> 00:01:04.250 X1:…`. */
const TIMES = new RegExp(String.raw`^\s*${CLOCK}\s*-{1,3}>\s*${CLOCK}(?:\s.*)?$`);

/**
 * Reads SubRip. What is between two lines of times is text, but for the number in front of the second
 * and the empty lines before it, so that numbers may be missing or wrong and a text may have gaps.
 */
export function parseSrt(text: string): ParsedSubtitles {
  const lines = text.split(/\r\n|\r|\n/);
  const cues: RawCue[] = [];
  let broken = 0;
  let open: { times: Times; lines: string[] } | undefined;
  const finish = (isLast: boolean) => {
    if (open === undefined) return;
    const markup = textOf(open.lines, isLast);
    if (markup !== '') cues.push({ ...open.times, markup, isTop: isAtTop(markup) });
    open = undefined;
  };
  for (const line of lines) {
    if (cues.length >= MAX_CUES) break;
    if (!line.slice(0, 60).includes('->')) {
      open?.lines.push(line.slice(0, 2_000));
      continue;
    }
    const times = timesOf(line.slice(0, 200));
    if (times === undefined && !/^\s*[\d.,\s-]*:[\d:.,\s-]*-->/.test(line.slice(0, 60))) {
      open?.lines.push(line.slice(0, 2_000)); // an arrow in the text
      continue;
    }
    finish(false);
    if (times === undefined) broken += 1;
    else open = { times, lines: [] };
  }
  finish(true);
  return { cues, broken };
}

type Times = Readonly<{ startMs: number; endMs: number }>;

function timesOf(line: string): Times | undefined {
  const match = TIMES.exec(line);
  if (match === null) return undefined;
  const startMs = clockMs(match.slice(1, 5));
  const endMs = clockMs(match.slice(5, 9));
  return endMs > Math.max(0, startMs) ? { startMs: Math.max(0, startMs), endMs } : undefined;
}

/** Without the number of the cue that follows. */
function textOf(lines: readonly string[], isLast: boolean): string {
  let end = lines.length;
  const skipEmpty = () => {
    while (end > 0 && lines[end - 1]?.trim() === '') end -= 1;
  };
  if (!isLast && /^\s*\d{1,7}\s*$/.test(lines[end - 1] ?? '')) end -= 1;
  skipEmpty();
  return lines.slice(0, end).join('\n').trim();
}
