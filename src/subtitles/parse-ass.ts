import { CLOCK, clockMs } from './parse-clock.ts';
import { isAtTop, MAX_CUES, type ParsedSubtitles, type RawCue } from './parsed-subtitles.ts';

/** Advanced SubStation Alpha and its elder brother SSA: the dialogue, without its staging. */
export function parseAss(text: string): ParsedSubtitles {
  const rows = readRows(text);
  const topStyles = findTopStyles(rows, /^\[v4 styles\]/im.test(text.slice(0, 100_000)));
  const cues: RawCue[] = [];
  let broken = 0;
  for (const { kind, value } of rows) {
    if (kind !== 'dialogue' || cues.length >= MAX_CUES) continue;
    const cue = cueOf(value, topStyles);
    if (cue === undefined) broken += 1;
    else if (cue.markup.trim() !== '') cues.push(cue);
  }
  return { cues, broken };
}

/** A line of a table, whose columns are named by the `Format:` line before it. */
type Row = Readonly<{ kind: string; value: (column: string) => string }>;

const DEFAULT_COLUMNS: readonly string[] = [
  ...['layer', 'start', 'end', 'style', 'name'],
  ...['marginl', 'marginr', 'marginv', 'effect', 'text'],
];

function readRows(text: string): readonly Row[] {
  let columns = DEFAULT_COLUMNS;
  return text.split(/\r\n|\r|\n/).flatMap((line): Row[] => {
    const match = /^\s*(Format|Dialogue|Style):(.*)$/i.exec(line.slice(0, 20_000));
    if (match === null) return [];
    const kind = (match[1] ?? '').toLowerCase();
    const values = (match[2] ?? '').split(',');
    if (kind === 'format') {
      columns = values.map((name) => name.trim().toLowerCase());
      return [];
    }
    return [{ kind, value: readerOf(columns, values) }];
  });
}

function readerOf(columns: readonly string[], values: readonly string[]): Row['value'] {
  return (column) => {
    const at = columns.indexOf(column);
    if (at === -1) return '';
    // The last column may hold commas itself.
    return at === columns.length - 1 ? values.slice(at).join(',') : (values[at]?.trim() ?? '');
  };
}

function cueOf(value: Row['value'], topStyles: ReadonlySet<string>): RawCue | undefined {
  const startMs = clock(value('start'));
  const endMs = clock(value('end'));
  if (startMs === undefined || endMs === undefined) return undefined;
  if (endMs <= Math.max(0, startMs)) return undefined;
  const styled = value('text');
  const isTop = isAtTop(styled) || topStyles.has(value('style').replace(/^\*/, ''));
  return { startMs: Math.max(0, startMs), endMs, markup: plainMarkup(styled), isTop };
}

const WHOLE_CLOCK = new RegExp(`^${CLOCK}$`);

/** `0:01:02.50`: hundredths. */
function clock(text: string): number | undefined {
  const match = WHOLE_CLOCK.exec(text);
  return match === null ? undefined : clockMs(match.slice(1));
}

/**
 * Italics, bold and underline become tags; every other override goes, and so do drawings, which are
 * long rows of coordinates between `{\p1}` and `{\p0}`.
 */
function plainMarkup(styled: string): string {
  let isDrawing = false;
  return styled
    .split(/(\{[^{}]*\})/)
    .map((part, index) => {
      if (index % 2 === 0) return isDrawing ? '' : part.replace(/[<>&]/g, escaped);
      const drawing = [...part.matchAll(/\\p(\d{1,2})(?=[\\}])/g)].at(-1)?.[1];
      if (drawing !== undefined) isDrawing = Number(drawing) > 0;
      return [...part.matchAll(/\\([ibu])(\d{1,3})(?=[\\}])/g)]
        .map(([, name, on]) => (Number(on) > 0 ? `<${name}>` : `</${name}>`))
        .join('');
    })
    .join('')
    .replace(/\\[Nn]/g, '\n')
    .replaceAll('\\h', ' ');
}

/** Text of ASS is no HTML: a `<` in it is a `<`. */
function escaped(character: string): string {
  return { '<': '&lt;', '>': '&gt;', '&': '&amp;' }[character] ?? character;
}

/** Names of the styles at the upper edge: alignment 7–9 in ASS, 5–7 in SSA. */
function findTopStyles(rows: readonly Row[], isSsa: boolean): ReadonlySet<string> {
  const [first, last] = isSsa ? [5, 7] : [7, 9];
  return new Set(
    rows
      .filter(({ kind }) => kind === 'style')
      .filter(({ value }) => {
        const alignment = Number(value('alignment'));
        return alignment >= first && alignment <= last;
      })
      .map(({ value }) => value('name')),
  );
}
