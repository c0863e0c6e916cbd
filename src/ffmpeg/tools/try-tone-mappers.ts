import { cleanText } from '../../lib/clean-text.ts';
import type { ToneMapperName, ToneMapTrial } from '../../model/toolchain.ts';
import { toneMapDevice, toneMapSteps } from '../encode/tone-map.ts';
import { run } from '../run.ts';

const SIDE = 32;
/** BT.709's red at 203 nits as HDR10 has it, in 10 bits. */
const RED = { y: 386, cb: 432, cr: 613 };
/** The same picture untouched has a Cr of 153; zscale makes 224 of it, swscale 182. */
const LEAST_CR = 168;
/** Against hanging: swscale counts for 4.5 s of CPU before its first picture (measured on 8.1.2). */
const TRIAL_MS = 60_000;

type TryToneMapperOptions = Readonly<{
  ffmpeg: string;
  name: ToneMapperName;
  signal?: AbortSignal | undefined;
}>;

type TryToneMappersOptions = Readonly<{
  ffmpeg: string;
  /** Those of this build. */
  filters: readonly string[];
  signal?: AbortSignal | undefined;
}>;

/**
 * Tries what may turn HDR into SDR, best first (ffmpeg-hls.md §3; docs/pictures.md has what was measured).
 * Apple's is left out where this build has none. swscale, which counts for seconds before its first
 * picture, is tried only where it would be taken, or fallen back to.
 */
export async function tryToneMappers({
  ffmpeg,
  filters,
  signal,
}: TryToneMappersOptions): Promise<readonly ToneMapTrial[]> {
  const attempt = (name: ToneMapperName) => tryToneMapper({ ffmpeg, name, signal });
  const [zscale, libplacebo, ...apple] = await Promise.all([
    attempt('zscale'),
    attempt('libplacebo'),
    ...(filters.includes('scale_vt') ? [attempt('scale_vt')] : []),
  ]);
  const swscale: ToneMapTrial = zscale.works
    ? { name: 'swscale', works: false, detail: 'not tried, as zscale works' }
    : await attempt('swscale');
  return [...apple, zscale, swscale, libplacebo];
}

/**
 * Maps one HDR10 picture with the very filters of a film, and looks at what comes out: a filter that is
 * listed may lack its library, its GPU, or the option that does the work (swscale's before ffmpeg 8),
 * and would pass the colours through washed out.
 */
async function tryToneMapper(options: TryToneMapperOptions): Promise<ToneMapTrial> {
  const { ffmpeg, name, signal } = options;
  const steps = toneMapSteps(name, {
    transfer: 'pq',
    primaries: 'bt2020',
    isFullRange: false,
    isRgb: false,
    isOdd: false,
    isDolbyOnly: false,
  });
  const picture = [
    `nullsrc=size=${SIDE}x${SIDE}:rate=1,format=yuv420p10le`,
    `geq=lum=${RED.y}:cb=${RED.cb}:cr=${RED.cr}`,
    'setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc',
  ];
  const result = await run(
    ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'error'],
      toneMapDevice(name),
      ['-f', 'lavfi', '-i', [...picture, ...steps, 'format=yuv420p'].join(',')],
      ['-frames:v', '1', '-f', 'rawvideo', 'pipe:1'],
    ].flat(),
    { timeoutMs: TRIAL_MS, signal },
  );
  signal?.throwIfAborted();
  const planes = SIDE * SIDE;
  if (result.exitCode !== 0 || result.stdout.length !== planes * 1.5) {
    const said = cleanText(result.stderrTail.at(0) ?? result.outcome, { maxLength: 200 });
    return { name, works: false, detail: said };
  }
  const cr = result.stdout[planes * 1.25 + SIDE] ?? 0;
  if (cr < LEAST_CR) return { name, works: false, detail: 'it leaves HDR colours as they are' };
  return { name, works: true, detail: 'proved on a picture' };
}
