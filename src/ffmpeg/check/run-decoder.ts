import { cleanText } from '../../lib/clean-text.ts';
import type { Manner } from '../../lib/giving-way.ts';
import { run } from '../run.ts';

export type DecoderRequest = Manner &
  Readonly<{
    ffmpeg: string;
    /** Working directory: names in the input are relative to it, whatever it is called. */
    dir: string;
    input: readonly string[];
    stdin?: Buffer;
    /** Of decoding that is as quick as it should be. */
    expectedMs: number;
  }>;

/** `problem` is undefined when the decoder ended well and had nothing to say. */
export type Decoded = Readonly<{ pictures: number; problem: string | undefined }>;

/** Against a decoder that hangs, not one that is slow: a segment is seconds of work. */
const HANGS_MS = 300_000;

/** Decodes all of the input, shows it to nobody, and says what there was to complain of. */
export async function runDecoder(request: DecoderRequest): Promise<Decoded> {
  const { signal, stdin, isBackground } = request;
  signal?.throwIfAborted();
  let pictures = 0;
  const args = [
    ['-hide_banner', '-loglevel', 'error', '-xerror', '-progress', 'pipe:1', '-nostats'],
    // Smoothing block edges finds no error and costs a sixth of the decoding (0.87 of 1.02 CPU s for
    // 6 s of 1080p).
    ['-skip_loop_filter', 'all'],
    request.input,
    // Each picture that the decoder shows is counted, once.
    ['-fps_mode', 'passthrough', '-f', 'null', '-'],
  ].flat();
  const result = await run(request.ffmpeg, args, {
    signal,
    // In the background it may get no turn for as long as the encoder works, which is watched itself.
    ...(isBackground ? {} : { timeoutMs: HANGS_MS + request.expectedMs }),
    isBackground,
    cwd: request.dir,
    ...(stdin === undefined ? {} : { input: stdin }),
    onStdoutLine: (line) => {
      if (line.startsWith('frame=')) pictures = Number(line.slice('frame='.length));
    },
  });
  signal?.throwIfAborted();
  if (result.outcome === 'exited' && result.exitCode === 0 && result.stderrLines === 0) {
    return { pictures, problem: undefined };
  }
  const said = cleanText(result.stderrTail[0] ?? 'nothing', { maxLength: 200 });
  const end = result.outcome === 'exited' ? `ended with code ${result.exitCode}` : result.outcome;
  return { pictures, problem: `The decoder ${end} and said: ${said}` };
}

export const NOTHING_PUBLISHED = {
  fix: 'Nothing was published. Run the same command again; if it fails again, use --encoder libx264 (HEVC: libx265).',
};
