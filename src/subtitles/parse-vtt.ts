import { CLOCK, clockMs } from './parse-clock.ts';
import { MAX_CUES, type ParsedSubtitles, type RawCue } from './parsed-subtitles.ts';

const TIMES = new RegExp(String.raw`^\s*${CLOCK}\s*-->\s*${CLOCK}(\s.*)?$`);

/** Reads WebVTT: its cues, but neither styles, regions and notes nor where on the screen. */
export function parseVtt(text: string): ParsedSubtitles {
  const cues: RawCue[] = [];
  let broken = 0;
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  for (const block of blocks) {
    if (cues.length >= MAX_CUES) break;
    if (/^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(block)) continue;
    const lines = block.slice(0, 10_000).split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    if (at === -1) continue; // the header, or a loose text
    const cue = cueOf(lines[at] ?? '', lines.slice(at + 1).join('\n'));
    if (cue === undefined) broken += 1;
    else if (cue.markup !== '') cues.push(cue);
  }
  return { cues, broken };
}

function cueOf(timing: string, text: string): RawCue | undefined {
  const match = TIMES.exec(timing.slice(0, 200));
  if (match === null) return undefined;
  const startMs = Math.max(0, clockMs(match.slice(1, 5)));
  const endMs = clockMs(match.slice(5, 9));
  if (endMs <= startMs) return undefined;
  // `line:0` and `line:10%` are the upper edge.
  const isTop = /\sline:(?:[0-3]|[0-2]?\d(?:\.\d+)?%)(?:[\s,]|$)/.test(match[9] ?? '');
  return { startMs, endMs, markup: text.trim(), isTop };
}
