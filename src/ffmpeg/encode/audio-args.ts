import type { AudioRendition, PictureFilters } from '../../model/plan.ts';

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/** What is done to the sound, for all renditions in order, each a stream of its own. */
export function audioArgs(
  audio: readonly AudioRendition[],
  { gridOffsetMs = 0 }: Pick<PictureFilters, 'gridOffsetMs'>,
): readonly Row[] {
  if (audio.length === 0) return [];
  return [
    ['-c:a', 'aac'],
    ...audio.flatMap((rendition, index) =>
      rendition.isCopied
        ? // Of two options for one stream the later one counts.
          [[`-c:a:${index}`, 'copy']]
        : [
            [`-b:a:${index}`, `${rendition.kbps}k`],
            [`-ac:a:${index}`, String(rendition.channels)],
            [`-ar:a:${index}`, String(rendition.sampleRateHz)],
            [
              `-filter:a:${index}`,
              [
                ...moved(rendition, gridOffsetMs),
                ...audioFilters(rendition),
                ...(rendition.fillMs === undefined ? [] : [`apad=pad_dur=${rendition.fillMs}ms`]),
              ].join(','),
            ],
          ],
    ),
  ];
}

/** Where the pictures were moved to the grid of the encode, the sound goes along, and what is then before 0 goes. */
function moved({ mayChange }: AudioRendition, gridOffsetMs: number): readonly string[] {
  if (gridOffsetMs === 0) return [];
  const shift = `asetpts=PTS-(${(gridOffsetMs / 1000).toFixed(6)})/TB`;
  // `first_pts=0` cuts it off as well.
  return mayChange === true ? [shift, 'atrim=start=0'] : [shift];
}

/** Gaps are filled with silence from 30 ms on: of ffmpeg's own 100 ms many add up to 64 (measured). */
const WITHOUT_GAPS = 'aresample=async=1:min_hard_comp=0.03';
/** And a late start is padded: sound and picture begin together. */
const FROM_THE_START = `${WITHOUT_GAPS}:first_pts=0`;

/** −1 dBFS: room for what AAC adds to a peak (ffmpeg-hls.md §3). `latency`: no delay of its own. */
const LIMITER = 'alimiter=limit=0.89:level=disabled:latency=1';

function audioFilters(rendition: AudioRendition): readonly string[] {
  const { mix, gainDb, sourceChannels, mayChange } = rendition;
  // Set up anew in the middle, `first_pts=0` would put the rest of the film at its beginning.
  const inSync = mayChange === true ? WITHOUT_GAPS : FROM_THE_START;
  if (mix === undefined && gainDb === undefined) return [inSync];
  if (gainDb !== undefined) {
    return [inSync, ...mixFilters(rendition), ...gainFilters(rendition)];
  }
  // One channel alone cannot add up to more than it was.
  return [inSync, ...mixFilters(rendition), ...(sourceChannels > 1 ? [LIMITER] : [])];
}

/**
 * The channels of a rendition, in floating point, or a sum would be cut at full scale before a limiter
 * sees it; at the final rate, as a change of rate behind a limiter makes new peaks.
 */
export function mixFilters({ mix, sampleRateHz }: AudioRendition): readonly string[] {
  const format = `aformat=sample_fmts=fltp:sample_rates=${sampleRateHz}`;
  return mix === undefined
    ? [`${format}:channel_layouts=stereo`]
    : [...renamed(mix), format, panFilter(mix)];
}

/** ffmpeg mixes no layout without fronts; `channelmap` calls the channels otherwise and touches nothing. */
function renamed({ renamedAs, channels }: NonNullable<AudioRendition['mix']>): readonly string[] {
  if (renamedAs === undefined) return [];
  const numbers = Object.values(channels).flatMap((gains) =>
    Object.keys(gains).map((key) => Number(key.slice(1))),
  );
  const map = Array.from({ length: Math.max(...numbers) + 1 }, (_, index) => index).join('|');
  return [`channelmap=${map}:${renamedAs}`];
}

/** What brings a rendition to the loudness that was asked for. */
export function gainFilters(rendition: AudioRendition): readonly string[] {
  const { gainDb } = rendition;
  return gainDb === undefined ? [] : [`volume=${gainDb}dB`, ...truePeakLimiter(rendition)];
}

/**
 * Keeps peaks between samples below −1.5 dBTP and a little, where the limiter alone sees samples: it
 * works at four times the rate, as ITU-R BS.1770 measures.
 */
function truePeakLimiter({ sampleRateHz }: AudioRendition): readonly string[] {
  return [
    `aresample=${4 * sampleRateHz}`,
    'alimiter=limit=0.8:level=disabled:latency=1',
    `aresample=${sampleRateHz}`,
  ];
}

/** `pan=stereo|FL=0.71*FL+0.5*FC|FR=…`; channels that the source does not have count as silence. */
function panFilter({ layout, channels }: NonNullable<AudioRendition['mix']>): string {
  const made = Object.entries(channels).map(([name, gains]) => {
    const terms = Object.entries(gains).map(([source, gain]) => `${gain}*${source}`);
    return `${name}=${terms.length === 0 ? '0*FL' : terms.join('+')}`;
  });
  return ['pan=', layout, ...made.map((one) => `|${one}`)].join('');
}
