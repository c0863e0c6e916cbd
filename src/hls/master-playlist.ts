import type { Container } from '../model/preset.ts';
import { type Rational, toNumber } from '../model/rational.ts';
import type { Bandwidth } from './bandwidth.ts';
import { versionTag } from './container-tags.ts';
import { quotedString } from './quoted-string.ts';

export type MasterVariant = Readonly<{
  name: string;
  width: number;
  height: number;
  /** The picture together with the largest audio rendition. */
  bandwidth: Bandwidth;
  /** `avc1.64001f,mp4a.40.2`. */
  codecs: string;
  /** The key frames alone. */
  iFrames: Readonly<{ bandwidth: Bandwidth; codec: string }>;
}>;

export type MasterAudio = Readonly<{
  name: string;
  label: string;
  language: string;
  channels: number;
  isDefault: boolean;
  isCommentary: boolean;
}>;

export type Master = Readonly<{
  revision: string;
  container: Container;
  frameRate: Rational;
  /** At least one. */
  video: readonly MasterVariant[];
  audio: readonly MasterAudio[];
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
    ...printAudioGroup(master),
    ...orderVariants(master.video).flatMap((variant) => printVariant(master, variant)),
    ...master.video.map((variant) => printIFrameVariant(master, variant)),
  ].join('\n')}\n`;
}

/** "Nearest" as a ratio: 3.2 Mb/s is nearer to 2 than 0.8 is. */
function orderVariants(variants: readonly MasterVariant[]): readonly MasterVariant[] {
  const distance = ({ bandwidth }: MasterVariant) =>
    Math.abs(Math.log(Math.max(1, bandwidth.average) / FIRST_VARIANT_BITS));
  const rising = variants.toSorted((a, b) => a.bandwidth.average - b.bandwidth.average);
  const first = rising.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1);
  return [...first, ...rising.filter((variant) => !first.includes(variant))];
}

function printVariant(master: Master, variant: MasterVariant): readonly string[] {
  const { name, width, height, bandwidth, codecs } = variant;
  const attributes = [
    `BANDWIDTH=${bandwidth.peak}`,
    `AVERAGE-BANDWIDTH=${bandwidth.average}`,
    `CODECS="${codecs}"`,
    `RESOLUTION=${width}x${height}`,
    `FRAME-RATE=${toNumber(master.frameRate).toFixed(3)}`,
    ...(master.audio.length > 0 ? ['AUDIO="audio"'] : []),
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

function printAudioGroup(master: Master): readonly string[] {
  const names = uniqueNames(master.audio);
  return master.audio.map((audio, index) => {
    // AUTOSELECT lets a player choose by language: never a commentary. DEFAULT demands AUTOSELECT.
    const isAutoselect = audio.isDefault || !audio.isCommentary;
    const attributes = [
      'TYPE=AUDIO',
      'GROUP-ID="audio"',
      `NAME=${names[index]}`,
      ...(isLanguage(audio.language) ? [`LANGUAGE="${audio.language}"`] : []),
      `DEFAULT=${audio.isDefault ? 'YES' : 'NO'}`,
      `AUTOSELECT=${isAutoselect ? 'YES' : 'NO'}`,
      `CHANNELS="${audio.channels}"`,
      `URI="${master.revision}/${audio.name}/index.m3u8"`,
    ];
    return `#EXT-X-MEDIA:${attributes.join(',')}`;
  });
}

/** RFC 8216 §4.3.4.1: each NAME of a group must differ; an empty one would show an empty menu line. */
function uniqueNames(tracks: readonly MasterAudio[]): readonly string[] {
  const taken = new Set<string>();
  return tracks.map(({ label, name }) => {
    const wanted = quotedString(label) === '""' ? name : label;
    let result = quotedString(wanted);
    for (let number = 2; taken.has(result); number += 1) {
      result = quotedString(`${[...wanted].slice(0, 90).join('')} ${number}`);
    }
    taken.add(result);
    return result;
  });
}

function isLanguage(language: string): boolean {
  return language !== 'und' && /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,6}$/i.test(language);
}
