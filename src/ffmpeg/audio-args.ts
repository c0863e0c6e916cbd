import type { AudioRendition } from '../model/plan.ts';

/** One flag, or flags that belong together, with their values. */
type Row = readonly string[];

/** What is done to the sound, for all renditions in order, each a stream of its own. */
export function audioArgs(audio: readonly AudioRendition[]): readonly Row[] {
  if (audio.length === 0) return [];
  return [
    ['-c:a', 'aac'],
    ...audio.flatMap((rendition, index) => [
      [`-b:a:${index}`, `${rendition.kbps}k`],
      [`-ac:a:${index}`, String(rendition.channels)],
      [`-ar:a:${index}`, String(rendition.sampleRateHz)],
      [`-filter:a:${index}`, audioFilters(rendition).join(',')],
    ]),
  ];
}

/** Gaps are filled with silence and a late start is padded: sound and picture begin together. */
const IN_SYNC = 'aresample=async=1:first_pts=0';

/** −1 dBFS: room for what AAC adds to a peak (ffmpeg-hls.md §3). `latency`: no delay of its own. */
const LIMITER = 'alimiter=limit=0.89:level=disabled:latency=1';

function audioFilters({ mix, sourceChannels, sampleRateHz }: AudioRendition): readonly string[] {
  if (mix === undefined) return [IN_SYNC];
  // In floating point, or the sum would be cut at full scale before the limiter sees it; at the final
  // rate, as a change of rate behind it would make new peaks.
  return [
    IN_SYNC,
    `aformat=sample_fmts=fltp:sample_rates=${sampleRateHz}`,
    panFilter(mix),
    // One channel alone cannot add up to more than it was.
    ...(sourceChannels > 1 ? [LIMITER] : []),
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
