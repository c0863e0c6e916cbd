import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { isError, readLogLine } from '../log-line.ts';
import { run } from '../run.ts';
import { isCutOff } from './is-cut-off.ts';
import { PacketSurvey, type TrackSurvey } from './packet-survey.ts';

export type SurveyOptions = Readonly<{
  tools: Tools;
  source: Source;
  signal?: AbortSignal | undefined;
}>;

export type FilmSurvey = Readonly<{
  picture: TrackSurvey | undefined;
  /** In the order of `source.audio`. */
  audio: readonly (TrackSurvey | undefined)[];
  /** The demuxer lost its way at least once: what it found missing is not how the film was made. */
  isBroken: boolean;
  /** The file ends in the middle of something. */
  isCutOff: boolean;
}>;

/**
 * Reads the film from end to end without decoding, and says where packets are. By ffmpeg and not
 * ffprobe, which stops for good where a transport stream is lost (measured: 64 kB of zeros), while the
 * encode goes on behind it. As fast as the disk.
 */
export async function surveyPackets(options: SurveyOptions): Promise<FilmSurvey> {
  const { tools, source, signal } = options;
  const survey = new PacketSurvey();
  let isBroken = false;
  const tracks = [source.video.index, ...source.audio.map(({ index }) => index)];
  await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'level+warning', '-nostats'],
      ['-copyts', '-start_at_zero'],
      sourceArgs(source),
      tracks.flatMap((index) => ['-map', `0:${index}`]),
      // Pictures before the first key frame count as well.
      ['-c', 'copy', '-copyinkf', '-f', 'framecrc', 'pipe:1'],
    ].flat(),
    {
      signal,
      onStdoutLine: (line) => survey.line(line),
      onStderrLine: (line) => {
        survey.warning(line);
        const parsed = readLogLine(line);
        isBroken ||= isError(parsed) && parsed.contexts[0] !== 'framecrc';
      },
    },
  );
  signal?.throwIfAborted();
  const [picture, ...audio] = tracks.map((_, index) => survey.track(index));
  return { picture, audio, isBroken, isCutOff: await isCutOff(source) };
}
