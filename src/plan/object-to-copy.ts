import { measureBandwidth, targetDuration } from '../lib/bandwidth.ts';
import { TICKS_PER_SECOND } from '../lib/ticks.ts';
import type { CodedPicture, CodedSound } from '../model/coded-stream.ts';
import type { Preset } from '../model/preset.ts';
import { toNumber } from '../model/rational.ts';
import type { AudioTrack, Source, VideoTrack } from '../model/source.ts';
import { cutGroups } from './cut-list.ts';
import { topRung } from './ladder.ts';

export type CopyQuestion = Readonly<{ source: Source; preset: Preset }>;

/** Key frames at most this far apart; segments are then up to 6 s longer (performance.md §2.4, 3). */
const LONGEST_GROUP_SECONDS = { auto: 4, 'long-gops': 10.5, never: 0 } as const;

/** RFC 8216 and Apple 1.30: what a player that measures its line can follow. */
const MAX_PEAK_TO_AVERAGE = 2;

/** Containers count the last picture or not; of a film that is cut off much more is missing. */
const LENGTH_SLACK_SECONDS = 0.5;

/** Of Apple's encoder; ffmpeg's has 1024. The gate allows as much. */
const MAX_PRIMING_SAMPLES = 2112;
const AAC_FRAME_SAMPLES = 1024;
/** Containers count in milliseconds. */
const ROUNDING_SECONDS = 0.001;

/** Encoders land a little above what they were told. */
const MAX_SOUND_KBPS = 192 * 1.02;

/**
 * What speaks against publishing a film's picture as the top rung, by its header alone: undefined when
 * nothing does, else a text that goes on with `the picture is encoded: `. It must be exactly what the
 * rung would be (performance.md §2.4); in any doubt it is encoded.
 */
export function objectToPicture({ source, preset }: CopyQuestion): string | undefined {
  const byChoice = objectToAny(preset);
  if (byChoice !== undefined) return byChoice;
  const { video } = source;
  const others = source.pictureTracks - 1;
  if (others > 0) return `the film has ${others} more picture track(s), cover art perhaps`;
  return objectToFormat(video) ?? objectToShape(video, preset) ?? objectToColour(video);
}

/** Copies in fMP4 were never played by anybody here (performance.md §6). */
function objectToAny(preset: Preset): string | undefined {
  if (preset.copy === 'never') return 'copying is switched off';
  if (preset.codec !== 'h264') return `preset ${preset.name} makes ${preset.codec}`;
  return preset.container === 'mpegts' ? undefined : `preset ${preset.name} makes fMP4`;
}

function objectToFormat(video: VideoTrack): string | undefined {
  if (video.codec !== 'h264') return `it is ${video.codec}, not h264`;
  const { profile = 'unknown', pixelFormat } = video;
  if (!/^(Constrained Baseline|Main|High)$/.test(profile)) return `its profile is ${profile}`;
  if (pixelFormat !== 'yuv420p') return `its pixels are ${pixelFormat}, not yuv420p`;
  if (
    (video.fields?.told ?? video.fieldOrder) !== 'progressive' ||
    video.fieldOrder !== 'progressive'
  )
    return 'it is interlaced, or does not say that it is not';
  if (video.timeStamps === 'jumping') return 'its time stamps jump';
  const highest = highestLevel(video);
  if (video.level === undefined || video.level > highest) {
    const told = video.level === undefined ? 'unknown' : (video.level / 10).toFixed(1);
    return `its level is ${told}, not at most ${(highest / 10).toFixed(1)}`;
  }
  return undefined;
}

/** What ffprobe attaches to tracks that are shown as they are coded. */
const HARMLESS_SIDE_DATA = /^(CPB properties|H\.26\[45\] User Data Unregistered SEI message)$/;

function objectToShape(video: VideoTrack, preset: Preset): string | undefined {
  if (video.rotation !== 0) return `it has to be turned by ${video.rotation}°`;
  if (video.isMirrored || video.oddAngle !== undefined) return 'it has to be turned or mirrored';
  if (video.crop !== undefined || video.isCroppedByFfmpeg) return 'the container crops it';
  if (video.sampleAspect !== undefined) return 'its pixels are not square';
  const strange = video.sideData.find((name) => !HARMLESS_SIDE_DATA.test(name));
  if (strange !== undefined) return `it carries "${strange}"`;
  const top = topRung(video, preset);
  if (top.width === video.codedWidth && top.height === video.codedHeight) return undefined;
  return `it is ${video.codedWidth}×${video.codedHeight}, and ${top.name} is ${top.width}×${top.height}`;
}

/** Untagged pictures are taken for what the encoded rungs take them for, by players too. */
function objectToColour({ transfer, colour }: VideoTrack): string | undefined {
  if (transfer !== 'sdr') return 'it is HDR';
  if (colour.fullRange) return 'its colours are full range';
  const odd = [colour.primaries, colour.transfer, colour.matrix].find(
    (tag) => tag !== undefined && tag !== 'bt709' && tag !== 'unknown',
  );
  return odd === undefined ? undefined : `its colours are ${odd}, not bt709`;
}

/** Levels of H.264 from 4.2 on: macroblocks a second, macroblocks a picture (table A-1). */
const LEVELS = [
  { level: 42, perSecond: 522_240, perPicture: 8_704 },
  { level: 50, perSecond: 589_824, perPicture: 22_080 },
  { level: 51, perSecond: 983_040, perPicture: 36_864 },
  { level: 52, perSecond: 2_073_600, perPicture: 36_864 },
] as const;
/** Whatever plays HLS plays this: 1080p30. Files of smaller pictures often claim it. */
const COMMON_LEVEL = { level: 41, perSecond: 245_760, perPicture: 8_192 } as const;

/** The level that an encode of this size and rate would have, or the common one if that is higher. */
function highestLevel({ codedWidth, codedHeight, frameRate }: VideoTrack): number {
  const blocks = Math.ceil(codedWidth / 16) * Math.ceil(codedHeight / 16);
  const fits = [COMMON_LEVEL, ...LEVELS].find(
    ({ perSecond, perPicture }) =>
      blocks <= perPicture && blocks * toNumber(frameRate) <= perSecond * 1.001,
  );
  return fits?.level ?? 52;
}

/** The same by its packets, for a picture whose header has no objection to it. */
export function objectToGroups(
  { flaw, groups }: CodedPicture,
  { source, preset }: CopyQuestion,
): string | undefined {
  if (flaw !== undefined) return flaw;
  const choice = preset.copy ?? 'auto';
  const longest = LONGEST_GROUP_SECONDS[choice];
  const endTicks = (groups.at(-1)?.lastPicture ?? 0) + TICKS_PER_SECOND / rateOf(source);
  const starts = [...groups.map(({ keyFrame }) => keyFrame), endTicks];
  const found = gapsOf(starts).reduce((a, b) => Math.max(a, b), 0) / TICKS_PER_SECOND;
  if (found > longest + ROUNDING_SECONDS) {
    const hint = choice === 'auto' && found <= LONGEST_GROUP_SECONDS['long-gops'] ? LONG_GOPS : '';
    return `its key frames lie up to ${found.toFixed(1)} s apart, not at most ${longest} s${hint}`;
  }
  const begins = (groups[0]?.keyFrame ?? 0) / TICKS_PER_SECOND;
  if (begins > LATEST_START_SECONDS) {
    return `it begins ${begins.toFixed(2)} s after the film, with nothing to see until then`;
  }
  const missing = source.durationMs / 1000 - endTicks / TICKS_PER_SECOND;
  if (Math.abs(missing) > LENGTH_SLACK_SECONDS) {
    return `the film says that it is ${missing.toFixed(1)} s longer than its packets`;
  }
  return objectToRate(groups, endTicks, { source, preset });
}

/** Players begin behind so small a hole (§2.3); what they do at a larger one is up to each. */
const LATEST_START_SECONDS = 0.51;

const LONG_GOPS = ' (--copy-long-gops)';

function objectToRate(
  groups: CodedPicture['groups'],
  endTicks: number,
  { source, preset }: Pick<CopyQuestion, 'source' | 'preset'>,
): string | undefined {
  const cuts = cutGroups(groups, preset.segmentSeconds);
  const starts = [...cuts.map(([first]) => first?.keyFrame ?? 0), endTicks];
  const pieces = gapsOf(starts).map((ticks, index) => ({
    bytes: (cuts[index] ?? []).reduce((total, { bytes }) => total + bytes, 0),
    durationSeconds: ticks / TICKS_PER_SECOND,
  }));
  const target = targetDuration(pieces.map(({ durationSeconds }) => durationSeconds));
  const { peak, average } = measureBandwidth(pieces, target);
  const top = topRung(source.video, preset);
  const kbps = (bits: number) => `${Math.round(bits / 1000)} kb/s`;
  if (peak > top.maxKbps * 1000) {
    return `it has up to ${kbps(peak)}, and ${top.name} at most ${top.maxKbps} kb/s`;
  }
  if (peak > average * MAX_PEAK_TO_AVERAGE) {
    return `its bit rate peaks at ${kbps(peak)}, more than twice its average of ${kbps(average)}`;
  }
  return undefined;
}

function rateOf({ video }: Source): number {
  return toNumber(video.frameRate);
}

function gapsOf(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? 0));
}

/** What speaks against publishing a sound track as it is, by its header alone. */
export function objectToTrack(
  track: AudioTrack,
  { source, preset }: CopyQuestion,
): string | undefined {
  const byChoice = objectToAny(preset);
  if (byChoice !== undefined) return byChoice;
  if (preset.audio.normalize === true) return 'it is brought to one loudness';
  if (source.video.timeStamps === 'jumping') return 'its time stamps jump';
  if (track.codec !== 'aac' || track.profile !== 'LC') return 'it is not AAC-LC';
  if (track.channels !== 1 && track.channels !== 2) return `it has ${track.channels} channels`;
  if (track.sampleRateHz !== 48_000 && track.sampleRateHz !== 44_100) {
    return `it has ${track.sampleRateHz} Hz`;
  }
  return undefined;
}

/** The same by its packets: it begins with the film, or within its priming before it. */
export function objectToSound(sound: CodedSound, track: AudioTrack): string | undefined {
  if (sound.flaw !== undefined) return sound.flaw;
  if (sound.kbps > MAX_SOUND_KBPS) return `it has ${Math.round(sound.kbps)} kb/s`;
  const { startSeconds } = sound;
  const isInTime =
    startSeconds >= -MAX_PRIMING_SAMPLES / track.sampleRateHz - ROUNDING_SECONDS &&
    startSeconds <= AAC_FRAME_SAMPLES / track.sampleRateHz;
  return isInTime ? undefined : `it begins ${sound.startSeconds.toFixed(3)} s after the film`;
}
