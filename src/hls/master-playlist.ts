import type { Bandwidth } from '../lib/bandwidth.ts';
import type { AudioGroup, AudioRendition } from '../model/plan.ts';
import type { Container } from '../model/preset.ts';
import { type Rational, toNumber } from '../model/rational.ts';
import type { AudioRole } from '../model/source.ts';
import { versionTag } from './container-tags.ts';
import { type MasterSubtitle, printSubtitleGroup, SUBTITLE_GROUP } from './subtitle-group.ts';
import { uniqueNames } from './unique-names.ts';

export type MasterVariant = Readonly<{
  name: string;
  width: number;
  height: number;
  /** The picture together with the largest rendition of its audio group. */
  bandwidth: Bandwidth;
  /** `avc1.64001f,mp4a.40.2`. */
  codecs: string;
  /** Which sound goes with it; none in a film without sound. */
  audioGroup?: AudioGroup;
  /** The key frames alone. */
  iFrames: Readonly<{ bandwidth: Bandwidth; codec: string }>;
}>;

export type MasterAudio = Pick<
  AudioRendition,
  'name' | 'group' | 'sourceIndex' | 'label' | 'language' | 'channels' | 'isDefault' | 'role'
>;

export type Master = Readonly<{
  revision: string;
  container: Container;
  frameRate: Rational;
  /** Each picture once for every audio group; at least one. */
  video: readonly MasterVariant[];
  audio: readonly MasterAudio[];
  subtitles?: readonly MasterSubtitle[];
}>;

/** Where a player begins before it knows its line (Apple 1.32). */
const FIRST_VARIANT_BITS = 2_000_000;

/**
 * Text of `master.m3u8`. Every URI begins with the revision's folder, as the master lies above it. The
 * first variant is the one nearest to 2 Mb/s; the others follow from small to large. All is SDR, so
 * VIDEO-RANGE is left out (Apple 9.16).
 */
export function printMasterPlaylist(master: Master): string {
  return `${[
    '#EXTM3U',
    versionTag(master.container),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...audioGroups(master.video).flatMap((group) => printAudioGroup(master, group)),
    ...printSubtitleGroup(master.revision, master.subtitles ?? []),
    ...orderVariants(master.video).flatMap((variant) => printVariant(master, variant)),
    ...inFirstGroup(master.video).map((variant) => printIFrameVariant(master, variant)),
  ].join('\n')}\n`;
}

function audioGroups(variants: readonly MasterVariant[]): readonly AudioGroup[] {
  return [...new Set(variants.flatMap(({ audioGroup }) => audioGroup ?? []))];
}

/** Each picture once. */
function inFirstGroup(variants: readonly MasterVariant[]): readonly MasterVariant[] {
  return variants.filter(({ audioGroup }) => audioGroup === variants[0]?.audioGroup);
}

/**
 * The first is with stereo, which every player can play. "Nearest" as a ratio: 3.2 Mb/s is nearer to 2
 * than 0.8 is.
 */
function orderVariants(variants: readonly MasterVariant[]): readonly MasterVariant[] {
  const distance = ({ bandwidth }: MasterVariant) =>
    Math.abs(Math.log(Math.max(1, bandwidth.average) / FIRST_VARIANT_BITS));
  const rising = variants.toSorted((a, b) => a.bandwidth.average - b.bandwidth.average);
  const first = inFirstGroup(variants)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, 1);
  return [...first, ...rising.filter((variant) => !first.includes(variant))];
}

function printVariant(master: Master, variant: MasterVariant): readonly string[] {
  const { name, width, height, bandwidth, codecs, audioGroup } = variant;
  const attributes = [
    `BANDWIDTH=${bandwidth.peak}`,
    `AVERAGE-BANDWIDTH=${bandwidth.average}`,
    `CODECS="${codecs}"`,
    `RESOLUTION=${width}x${height}`,
    `FRAME-RATE=${toNumber(master.frameRate).toFixed(3)}`,
    ...(audioGroup === undefined ? [] : [`AUDIO="${audioGroup}"`]),
    ...((master.subtitles ?? []).length > 0 ? [`SUBTITLES="${SUBTITLE_GROUP}"`] : []),
    'CLOSED-CAPTIONS=NONE',
  ];
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${master.revision}/${name}/index.m3u8`];
}

function printIFrameVariant(master: Master, variant: MasterVariant): string {
  const { name, width, height, iFrames } = variant;
  const attributes = [
    `BANDWIDTH=${iFrames.bandwidth.peak}`,
    `AVERAGE-BANDWIDTH=${iFrames.bandwidth.average}`,
    `CODECS="${iFrames.codec}"`,
    `RESOLUTION=${width}x${height}`,
    `URI="${master.revision}/${name}/iframe.m3u8"`,
  ];
  return `#EXT-X-I-FRAME-STREAM-INF:${attributes.join(',')}`;
}

/** What assistive players look for (RFC 8216bis §4.4.6.1, AVMediaCharacteristic). */
const CHARACTERISTICS: Readonly<Partial<Record<AudioRole, string>>> = {
  description: 'public.accessibility.describes-video',
  'clear-speech': 'public.accessibility.enhances-speech-intelligibility',
};

/**
 * Every group has the same members (RFC 8216 §4.3.4.1.1), alike but for URI and CHANNELS: a track that
 * has no surround stands in that group with its stereo.
 */
function printAudioGroup({ audio, revision }: Master, group: AudioGroup): readonly string[] {
  const tracks = audio.filter((one) => one.group === 'audio');
  const names = uniqueNames(tracks);
  return tracks.map((track, index) => {
    const { name, channels } =
      audio.find((one) => one.group === group && one.sourceIndex === track.sourceIndex) ?? track;
    const characteristics = CHARACTERISTICS[track.role];
    // AUTOSELECT lets a player choose by language and by what its user needs: a description must have
    // it, a commentary never. DEFAULT demands it.
    const isAutoselect = track.isDefault || !/^(commentary|no-speech)$/.test(track.role);
    const attributes = [
      'TYPE=AUDIO',
      `GROUP-ID="${group}"`,
      `NAME=${names[index]}`,
      `LANGUAGE="${isLanguage(track.language) ? track.language : 'und'}"`,
      `DEFAULT=${track.isDefault ? 'YES' : 'NO'}`,
      `AUTOSELECT=${isAutoselect ? 'YES' : 'NO'}`,
      ...(characteristics === undefined ? [] : [`CHARACTERISTICS="${characteristics}"`]),
      `CHANNELS="${channels}"`,
      `URI="${revision}/${name}/index.m3u8"`,
    ];
    return `#EXT-X-MEDIA:${attributes.join(',')}`;
  });
}

function isLanguage(language: string): boolean {
  return /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,6}$/i.test(language);
}
