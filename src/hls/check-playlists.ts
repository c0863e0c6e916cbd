import type { types } from 'hls-parser';
import { IngestError } from '../errors.ts';
import { measureBandwidth, type Piece } from '../lib/bandwidth.ts';
import type { Package, PackagedRendition } from '../model/package.ts';
import { parsePlaylist } from './read-playlist.ts';

type WrittenPackage = Pick<Package, 'renditions' | 'playlists' | 'master'>;
type MediaPlaylist = types.MediaPlaylist;
type Variant = types.MasterPlaylist['variants'][number];

/** Apple 1.26 and 1.27: what is declared is within this of what is measured. */
const RATE_SLACK = 0.1;
/** EXTINF is written to a microsecond. */
const ROUNDING_SECONDS = 0.001;

/**
 * Reads the playlists of a package back, strictly, as a player would, and holds them against the
 * segments that were measured: the rules of Apple's authoring specification and of RFC 8216 that a
 * text alone can break (docs/conformance.md); hls-parser, strict, knows those of syntax. What it finds is a fault in the writing of playlists.
 */
export function checkPlaylists(film: WrittenPackage): readonly string[] {
  try {
    const read = new Map(film.playlists.map(({ path, text }) => [path, parsePlaylist(text)]));
    const media = film.renditions.map((rendition) => ({
      rendition,
      playlist: mediaAt(read, `${rendition.name}/index.m3u8`),
    }));
    return [
      ...media.flatMap(({ rendition, playlist }) => checkMedia(rendition, playlist)),
      ...checkTargets(media.map(({ playlist }) => playlist)),
      ...film.renditions.flatMap((rendition) =>
        checkIFrames(rendition, mediaAt(read, `${rendition.name}/iframe.m3u8`)),
      ),
      ...checkMaster(parsePlaylist(film.master), film),
    ];
  } catch (error) {
    if (error instanceof IngestError) return [`${error.message}: ${error.why}`];
    throw error;
  }
}

function mediaAt(
  read: ReadonlyMap<string, ReturnType<typeof parsePlaylist>>,
  path: string,
): MediaPlaylist | undefined {
  const playlist = read.get(path);
  return playlist === undefined || playlist.isMasterPlaylist ? undefined : playlist;
}

function checkMedia(
  { name, segments }: PackagedRendition,
  playlist: MediaPlaylist | undefined,
): readonly string[] {
  if (playlist === undefined) return [`${name} has no playlist`];
  const listed = playlist.segments.map(({ uri }) => uri).join();
  const needsMap = segments[0]?.file.endsWith('.ts') !== true;
  const [sum, measured] = [durationIn(playlist), durationOf(segments)];
  return [
    ...(listed === segments.map(({ file }) => file).join()
      ? []
      : [`the playlist of ${name} does not list its segments`]),
    ...(Math.abs(sum - measured) <= ROUNDING_SECONDS * segments.length
      ? []
      : [
          `the playlist of ${name} lasts ${sum.toFixed(3)} s, its segments ${measured.toFixed(3)} s`,
        ]),
    ...(playlist.playlistType === 'VOD' ? [] : [`the playlist of ${name} is not VOD`]),
    ...(needsMap && playlist.segments.some(({ map }) => map === undefined || map === null)
      ? [`the playlist of ${name} names no init segment`]
      : []),
  ];
}

/** Apple 8.2. */
function checkTargets(playlists: readonly (MediaPlaylist | undefined)[]): readonly string[] {
  const targets = new Set(playlists.map((playlist) => playlist?.targetDuration));
  return targets.size > 1 ? [`target durations differ: ${[...targets].join(', ')}`] : [];
}

/** Apple 6.1, and every range inside its segment. */
function checkIFrames(
  { name, segments }: PackagedRendition,
  playlist: MediaPlaylist | undefined,
): readonly string[] {
  if (segments[0]?.facts.kind !== 'video') return [];
  if (playlist?.isIFrame !== true) return [`${name} has no I-frame playlist`];
  const sizes = new Map(segments.map(({ file, facts }) => [file, facts.bytes]));
  const isInside = ({ uri, byterange }: (typeof playlist.segments)[number]) =>
    byterange !== undefined &&
    byterange.length > 0 &&
    byterange.offset + byterange.length <= (sizes.get(uri) ?? 0);
  return playlist.segments.every(isInside)
    ? []
    : [`the I-frame playlist of ${name} points outside its segments`];
}

function checkMaster(
  master: ReturnType<typeof parsePlaylist>,
  film: WrittenPackage,
): readonly string[] {
  if (!master.isMasterPlaylist) return ['the master is a media playlist'];
  const whole = master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  const iFrames = master.variants.filter(({ isIFrameOnly }) => isIFrameOnly);
  const pictures = film.renditions.filter(({ segments }) => segments[0]?.facts.kind === 'video');
  const lacks = (variants: readonly Variant[], file: string) =>
    pictures.filter(({ name }) => !variants.some(({ uri }) => uri.endsWith(`/${name}/${file}`)));
  return [
    ...lacks(whole, 'index.m3u8').map(({ name }) => `the master does not name ${name}`),
    ...lacks(iFrames, 'iframe.m3u8').map(({ name }) => `the master names no I-frames of ${name}`),
    ...(master.independentSegments === true ? [] : ['the master lacks EXT-X-INDEPENDENT-SEGMENTS']),
    ...whole.flatMap((variant) => checkVariant(variant, film)),
  ];
}

/** Apple 9.1, 9.2, 9.13 to 9.15, 1.10; sound in playlists of its own (9.7). */
function checkVariant(variant: Variant, film: WrittenPackage): readonly string[] {
  const name = nameIn(variant.uri);
  const { codecs = '', resolution, averageBandwidth, frameRate } = variant;
  const lacking = Object.entries({ resolution, averageBandwidth, frameRate })
    .filter(([, value]) => value === undefined)
    .map(([attribute]) => attribute);
  const picture = piecesOf(film.renditions.find((rendition) => rendition.name === name));
  const sounds = variant.audio.map(({ uri = '' }) =>
    piecesOf(film.renditions.find((rendition) => rendition.name === nameIn(uri))),
  );
  const rates = [picture, ...sounds].map((pieces) => measureBandwidth(pieces, targetOf(film)));
  const largest = (kind: 'peak' | 'average') =>
    (rates[0]?.[kind] ?? 0) + Math.max(0, ...rates.slice(1).map((rate) => rate[kind]));
  const isNear = (declared: number | undefined, measured: number) =>
    Math.abs((declared ?? 0) - measured) <= measured * RATE_SLACK;
  return [
    ...(lacking.length > 0 ? [`the master says no ${lacking.join(', ')} of ${name}`] : []),
    ...(/^(avc1|hvc1)\.[^,]+/.test(codecs) ? [] : [`the master says no codec of ${name}`]),
    ...(sounds.length > 0 && !/,/.test(codecs) ? [`the codecs of ${name} lack the sound's`] : []),
    ...(isNear(variant.bandwidth, largest('peak')) ? [] : [`BANDWIDTH of ${name} is not its own`]),
    ...(isNear(averageBandwidth, largest('average'))
      ? []
      : [`AVERAGE-BANDWIDTH of ${name} is not its own`]),
  ];
}

/** `720p` of `r-…/720p/index.m3u8`. */
function nameIn(uri: string): string {
  return uri.split('/').at(-2) ?? '';
}

function targetOf({ renditions }: WrittenPackage): number {
  const all = renditions.flatMap(({ segments }) => segments.map((one) => one.durationSeconds));
  return all.reduce((longest, seconds) => Math.max(longest, Math.round(seconds)), 1);
}

function piecesOf(rendition: PackagedRendition | undefined): readonly Piece[] {
  const segments = rendition?.segments ?? [];
  return segments.map(({ facts, durationSeconds }) => ({ bytes: facts.bytes, durationSeconds }));
}

function durationOf(segments: PackagedRendition['segments']): number {
  return segments.reduce((total, { durationSeconds }) => total + durationSeconds, 0);
}

function durationIn({ segments }: MediaPlaylist): number {
  return segments.reduce((total, { duration }) => total + duration, 0);
}
