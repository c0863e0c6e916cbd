import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { run } from '../run.ts';
import { type DecodeErrors, DecodeLog } from './decode-log.ts';

export type FindDecodeErrorsOptions = Readonly<{
  tools: Tools;
  source: Source;
  /** Sound alone is decoded a hundred times as fast. */
  tracks: 'all' | 'sound';
  /** Gives way to the encoder. */
  isBackground: boolean;
  /** To look no further than here; all of it where left out. */
  untilMs?: number | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Decodes the whole film once more and says where it cannot be decoded as it was made. Costs what a
 * decode costs on one core, a tenth of an encode; so it is called only for films that gave cause.
 * What a decoder does not notice cannot be found: VP9 conceals in silence, PCM has nothing to check.
 */
export async function findDecodeErrors(options: FindDecodeErrorsOptions): Promise<DecodeErrors> {
  const { tools, source, tracks, untilMs, isBackground, signal } = options;
  const isJoined = source.video.timeStamps === 'jumping';
  const log = new DecodeLog({
    container: source.container,
    pictureCodec: source.video.codec,
    audioIndexes: source.audio.map(({ index }) => index),
    audioCodecs: source.audio.map(({ codec }) => codec),
    isSoundOnly: tracks === 'sound',
    isJoined,
    pictureStartMs: source.video.startMs,
    endMs: Math.min(source.durationMs, untilMs ?? source.durationMs),
  });
  await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-loglevel', 'repeat+level+info', '-nostats'],
      isJoined ? [] : ['-copyts', '-start_at_zero'],
      // One thread: an error is then printed between the frames that it belongs to.
      ['-threads', '1'],
      untilMs === undefined ? [] : ['-t', (untilMs / 1000).toFixed(3)],
      sourceArgs(source),
      tracks === 'sound' ? [] : ['-map', `0:${source.video.index}`, '-vf', 'showinfo=checksum=0'],
      source.audio.flatMap(({ index }) => ['-map', `0:${index}`]),
      source.audio.length === 0 ? [] : ['-af', 'ashowinfo'],
      ['-fps_mode', 'passthrough', '-f', 'null', '-'],
    ].flat(),
    { signal, isBackground, onStderrLine: (line) => log.line(line) },
  );
  signal?.throwIfAborted();
  return log.finish();
}
