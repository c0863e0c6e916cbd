import { join } from 'node:path';
import { paintStrip } from './frame-number.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

export type ClipOptions = Readonly<{
  /** Folder to put it in. */
  dir: string;
  /** With an extension that names the container: `.mp4`, `.mkv`, `.mov`, … Default `clip.mp4`. */
  name?: string;
  /** Even. Default 640×360. */
  width?: number;
  height?: number;
  /** As ffmpeg writes it: `24`, `24000/1001`. Default 24. */
  rate?: string;
  /** Default 4. */
  seconds?: number;
  /** Default: one English stereo track. Empty: no sound. */
  audio?: readonly ClipAudio[];
  /** The container's title tag. */
  title?: string;
  /** `ffmpeg` arguments for the picture, after the default `-c:v libx264 -preset ultrafast`. */
  videoArgs?: readonly string[];
  /** Any further output arguments. */
  outputArgs?: readonly string[];
}>;

export type ClipAudio = Readonly<{
  /** ISO 639-2, as containers have it: `eng`, `vie`. No tag where absent. */
  language?: string;
  title?: string;
  /** Default 2. */
  channels?: 1 | 2 | 6;
  /** Default AAC. */
  codec?: string;
  isDefault?: boolean;
}>;

/**
 * Makes a film with ffmpeg: moving pictures that carry their number (`readFrameNumbers` reads it back,
 * from 0, up to 65,535) and one tone per sound track. Answers with its path.
 */
export async function makeClip(options: ClipOptions): Promise<string> {
  const { width = 640, height = 360, rate = '24', seconds = 4 } = options;
  const { audio = [{ language: 'eng', isDefault: true }] } = options;
  const path = join(options.dir, options.name ?? 'clip.mp4');
  const picture = `testsrc2=size=${width}x${height}:rate=${rate}`;
  const graph = `${picture}[back];${paintStrip({ width, height, rate })}[strip];[back][strip]overlay=0:H-h:shortest=1,format=yuv420p[v]`;
  await runFfmpeg([
    ...audio.flatMap((track, index) => ['-f', 'lavfi', '-i', tone(track, index)]),
    ...['-filter_complex', graph, '-map', '[v]'],
    ...audio.flatMap((_, index) => ['-map', `${index}:a`]),
    ...['-c:v', 'libx264', '-preset', 'ultrafast', ...(options.videoArgs ?? [])],
    ...audio.flatMap(audioArgs),
    ...(options.title === undefined ? [] : ['-metadata', `title=${options.title}`]),
    ...['-t', String(seconds), ...(options.outputArgs ?? []), `file:${path}`],
  ]);
  return path;
}

/** Each track another pitch, so that a mix-up can be heard and measured. */
function tone(track: ClipAudio, index: number): string {
  const frequency = 440 * (index + 1);
  const { channels = 2 } = track;
  const expressions = Array.from({ length: channels }, () => `0.2*sin(2*PI*${frequency}*t)`);
  const layout = { 1: 'mono', 2: 'stereo', 6: '5.1' }[channels];
  return `aevalsrc='${expressions.join('|')}':sample_rate=48000:channel_layout=${layout}`;
}

function audioArgs(track: ClipAudio, index: number): readonly string[] {
  const stream = `s:a:${index}`;
  return [
    ...[`-c:a:${index}`, track.codec ?? 'aac'],
    ...(track.language === undefined ? [] : [`-metadata:${stream}`, `language=${track.language}`]),
    ...(track.title === undefined ? [] : [`-metadata:${stream}`, `title=${track.title}`]),
    ...[`-disposition:a:${index}`, track.isDefault === true ? 'default' : '0'],
  ];
}
