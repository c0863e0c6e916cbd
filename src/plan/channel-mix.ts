import type { ChannelMix } from '../model/plan.ts';

type Input = Readonly<{
  channels: number;
  /** ffmpeg's name of the layout; absent where nobody knows. */
  channelLayout?: string;
}>;

/**
 * How a track's channels become a layout; undefined for a stereo track that is to stay one. To stereo
 * by a film downmix: the ratios of ITU-R BS.775 (centre and surrounds 3 dB below the fronts), not
 * scaled down until the loudest case fits, as ffmpeg's default is, which leaves films 5 dB too quiet
 * (ffmpeg-hls.md §3): a limiter takes what goes over. The low frequency channel, which ffmpeg drops, is
 * as loud as the centre; so is any channel that is there without a name. No channel is ever lost.
 */
export function channelMix(track: Input, layout: ChannelMix['layout']): ChannelMix | undefined {
  const named = sourcesOf(track);
  if (layout === 'stereo' && isPlainPair(named)) return undefined;
  const renamedAs = nameThatCanBeMixed(named);
  const sources =
    renamedAs === undefined
      ? named
      : named.map(({ place }, index) => ({ key: `c${index}`, place }));
  return {
    layout,
    ...(renamedAs === undefined ? {} : { renamedAs }),
    channels: layout === 'stereo' ? toStereo(sources) : toSurround(sources),
  };
}

/** A left and a right channel that are to stay what they are. */
function isPlainPair(sources: readonly SourceChannel[]): boolean {
  const places = sources.map(({ place }) => place).join('+');
  return sources.length === 2 && /^(?:FL\+FR|DL\+DR)$/.test(places);
}

/** Pairs of which ffmpeg mixes both channels or none; and one of the fronts must be there. */
const PAIRS = ['FL FR', 'SL SR', 'BL BR', 'FLC FRC', 'TFL TFR'].map((pair) => pair.split(' '));

/**
 * ffmpeg refuses to mix half pairs, and channels without a front: the surround pair and the centre with
 * the low frequencies that a studio's film has as tracks of their own. Under another name of as many
 * channels it takes them, by their numbers. Undefined where it need not, or where there is no such name.
 */
function nameThatCanBeMixed(sources: readonly SourceChannel[]): string | undefined {
  const places = sources.map(({ place }) => place);
  const isByName = sources.every(({ key, place }) => key === place);
  const isWhole = PAIRS.every((pair) =>
    pair.every((it) => places.includes(it) === places.includes(pair[0] ?? '')),
  );
  const hasFront = ['FL', 'FC'].some((front) => places.includes(front));
  if (!isByName || places.length < 2 || (isWhole && hasFront)) return undefined;
  return places.length === 2 ? 'stereo' : (USUAL[places.length] ?? SOME[places.length]);
}

/** Layouts of the numbers that have no usual one. */
const SOME: Readonly<Record<number, string>> = { 4: 'quad' };

/** Whether there is enough in a track for 5.1: a centre and a pair behind or beside the listener. */
export function hasSurround(track: Input): boolean {
  const places = sourcesOf(track).map(({ place }) => place);
  const has = (...names: readonly string[]) => names.every((name) => places.includes(name));
  return has('FC') && (has('SL', 'SR') || has('BL', 'BR'));
}

/** A channel of the source: how ffmpeg's `pan` calls it, and where it belongs. */
type SourceChannel = Readonly<{ key: string; place: string }>;

/**
 * Named layouts go by name, so that a channel is right wherever it stands. Where the file says nothing
 * but a number, the usual order of that number counts, by position.
 */
function sourcesOf({ channels, channelLayout }: Input): readonly SourceChannel[] {
  const named = placesOf(channelLayout ?? '');
  if (named?.length === channels) return named.map((place) => ({ key: place, place }));
  const usual = LAYOUTS[USUAL[channels] ?? '']?.split(' ');
  return Array.from({ length: channels }, (_, index) => ({
    key: `c${index}`,
    place: usual?.[index] ?? (['FL', 'FR'][index] || 'unknown'),
  }));
}

/** Two and more without a usual order: left, right, and the others in the middle. */
const USUAL: Readonly<Record<number, string>> = {
  1: 'mono',
  3: '3.0',
  5: '5.0',
  6: '5.1',
  7: '6.1',
  8: '7.1',
  24: '22.2',
};

/** As `ffmpeg -layouts` of 5.1 to 9.0 decomposes them. */
const LAYOUTS: Readonly<Record<string, string>> = {
  mono: 'FC',
  '2.1': 'FL FR LFE',
  '3.0': 'FL FR FC',
  '3.0(back)': 'FL FR BC',
  '4.0': 'FL FR FC BC',
  quad: 'FL FR BL BR',
  'quad(side)': 'FL FR SL SR',
  '3.1': 'FL FR FC LFE',
  '5.0': 'FL FR FC BL BR',
  '5.0(side)': 'FL FR FC SL SR',
  '4.1': 'FL FR FC LFE BC',
  '5.1': 'FL FR FC LFE BL BR',
  '5.1(side)': 'FL FR FC LFE SL SR',
  '6.0': 'FL FR FC BC SL SR',
  '6.0(front)': 'FL FR FLC FRC SL SR',
  '3.1.2': 'FL FR FC LFE TFL TFR',
  hexagonal: 'FL FR FC BL BR BC',
  '6.1': 'FL FR FC LFE BC SL SR',
  '6.1(back)': 'FL FR FC LFE BL BR BC',
  '6.1(front)': 'FL FR LFE FLC FRC SL SR',
  '7.0': 'FL FR FC BL BR SL SR',
  '7.0(front)': 'FL FR FC FLC FRC SL SR',
  '7.1': 'FL FR FC LFE BL BR SL SR',
  '7.1(wide)': 'FL FR FC LFE BL BR FLC FRC',
  '7.1(wide-side)': 'FL FR FC LFE FLC FRC SL SR',
  '5.1.2': 'FL FR FC LFE SL SR TFL TFR',
  '5.1.2(back)': 'FL FR FC LFE BL BR TFL TFR',
  octagonal: 'FL FR FC BL BR BC SL SR',
  cube: 'FL FR BL BR TFL TFR TBL TBR',
  '5.1.4': 'FL FR FC LFE SL SR TFL TFR TBL TBR',
  '5.1.4(back)': 'FL FR FC LFE BL BR TFL TFR TBL TBR',
  '7.1.2': 'FL FR FC LFE BL BR SL SR TFL TFR',
  '7.1.4': 'FL FR FC LFE BL BR SL SR TFL TFR TBL TBR',
  '7.1.4(back)': 'FL FR FC LFE BL BR SL SR TFL TFR TBL TBR',
  '7.2.3': 'FL FR FC LFE BL BR SL SR TFL TFR TBC LFE2',
  '9.1.4': 'FL FR FC LFE BL BR FLC FRC SL SR TFL TFR TBL TBR',
  '9.1.6': 'FL FR FC LFE BL BR FLC FRC SL SR TFL TFR TBL TBR TSL TSR',
  hexadecagonal: 'FL FR FC BL BR BC SL SR TFL TFC TFR TBL TBC TBR WL WR',
  downmix: 'DL DR',
  '22.2': 'FL FR FC LFE BL BR FLC FRC BC SL SR TC TFL TFC TFR TBL TBC TBR LFE2 TSL TSR BFC BFL BFR',
};

/** `5.1(side)`, or channels that are told one by one: `FL+FR+LFE`, `4 channels (FL+FR+BL+BR)`. */
function placesOf(layout: string): readonly string[] | undefined {
  const listed = /^(?:\d+ channels \()?([A-Z0-9]+(?:\+[A-Z0-9]+)*)\)?$/.exec(layout)?.[1];
  const known = LAYOUTS[layout]?.split(' ') ?? listed?.split('+');
  return known?.every((place) => place in PLACES) ? known : undefined;
}

/** 3 dB less. */
const HALF_POWER = Math.SQRT1_2;

/** Where a channel is heard: from −1 (left) to 1 (right), and whether the surrounds carry it. */
const PLACES: Readonly<Record<string, Readonly<{ side: -1 | 0 | 1; isSurround: boolean }>>> = {
  ...placed(-1, false, 'FL FLC DL WL TFL BFL'),
  ...placed(1, false, 'FR FRC DR WR TFR BFR'),
  ...placed(0, false, 'FC TFC BFC TC'),
  ...placed(-1, true, 'BL SL SDL TBL TSL'),
  ...placed(1, true, 'BR SR SDR TBR TSR'),
  ...placed(0, true, 'BC TBC'),
  ...placed(0, false, 'LFE LFE2 unknown'),
};

function placed(side: -1 | 0 | 1, isSurround: boolean, names: string) {
  return Object.fromEntries(names.split(' ').map((name) => [name, { side, isSurround }]));
}

type Mix = Readonly<Record<string, number>>;

const FRONTS = ['FL', 'FR', 'DL', 'DR'];

function toStereo(sources: readonly SourceChannel[]): ChannelMix['channels'] {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return fromMono(only);
  // Without a centre the voices are in the fronts, which must not become quieter than they are.
  const hasFronts = sources.some(({ place }) => FRONTS.includes(place));
  const hasCentre = sources.some(({ place }) => place === 'FC');
  const front = hasFronts && hasCentre ? HALF_POWER : 1;
  // Part of a film's channels, on a track of its own: what is loudest in it stays as it is.
  const other = hasFronts ? front * HALF_POWER : 1;
  const unnamed = sources.filter(({ place }) => place === 'unknown').length;
  const gainOf = (place: string, side: -1 | 1) => {
    const at = PLACES[place];
    if (at === undefined || at.side === -side) return 0;
    if (FRONTS.includes(place)) return front;
    if (place === 'unknown') return other / Math.sqrt(unnamed);
    // What is in the middle of the back goes to both sides: 3 dB less, to be as loud as it was.
    return other * (at.side === 0 && at.isSurround ? HALF_POWER : 1);
  };
  return {
    FL: mixOf(sources, (place) => gainOf(place, -1)),
    FR: mixOf(sources, (place) => gainOf(place, 1)),
  };
}

/**
 * A player gives mono to both speakers as loud as it is; ffmpeg's own way is 3 dB below. A broadcast that
 * turns from mono to stereo goes on: `pan` passes over channels that are not there. Cameras and studios
 * call a single channel FR as well.
 */
function fromMono({ key }: SourceChannel): ChannelMix['channels'] {
  // By its number, where ffmpeg does not know its place either (Speex): a name would find nothing.
  if (key !== 'FC') return { FL: { [key]: 1 }, FR: { [key]: 1 } };
  return { FL: { FC: 1, FL: 1 }, FR: { FC: 1, FR: 1 } };
}

const SURROUND = ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'];

/** Channels that 5.1 has stay as they are; the others go to the nearest of it. */
function toSurround(sources: readonly SourceChannel[]): ChannelMix['channels'] {
  const places = sources.map(({ place }) => place);
  const hasSideAndBack = places.includes('SL') && places.includes('BL');
  const gainOf = (place: string, target: string) => {
    if (!targetsOf(place).includes(target)) return 0;
    const isOne = /^[SB][LR]$/.test(place) ? !hasSideAndBack : SURROUND.includes(place);
    return isOne ? 1 : HALF_POWER;
  };
  return Object.fromEntries(
    SURROUND.map((target) => [target, mixOf(sources, (place) => gainOf(place, target))]),
  );
}

function targetsOf(place: string): readonly string[] {
  if (SURROUND.includes(place)) return [place];
  if (place === 'LFE2') return ['LFE'];
  const { side, isSurround } = PLACES[place] ?? { side: 0, isSurround: false };
  const [left, right] = isSurround ? (['BL', 'BR'] as const) : (['FL', 'FR'] as const);
  return [...(side <= 0 ? [left] : []), ...(side >= 0 ? [right] : [])];
}

function mixOf(sources: readonly SourceChannel[], gainOf: (place: string) => number): Mix {
  const gains = sources.map(({ key, place }) => [key, hundredths(gainOf(place))] as const);
  return Object.fromEntries(gains.filter(([, gain]) => gain > 0));
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
