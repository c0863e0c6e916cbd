import { IngestError } from '../errors.ts';
import type { DecodeIn } from './check-key-frames.ts';
import { NOTHING_PUBLISHED, runDecoder } from './run-decoder.ts';

/** `file` and `init` are names in the folder of the rendition. */
export type SegmentFile = Readonly<{ rendition: string; file: string; init?: string | undefined }>;

/** Decodes every picture and all sound of one segment. Throws `encode` when a decoder complains. */
export async function checkWholeSegment(
  { rendition, file, init }: SegmentFile,
  { tools, ...where }: DecodeIn,
): Promise<void> {
  const format = init === undefined ? 'mpegts' : 'mov';
  // A fragment is nothing without its init segment: read as one file.
  const parts = [...(init === undefined ? [] : [init]), file].map((part) => `${rendition}/${part}`);
  const { problem } = await runDecoder({
    ...where,
    ffmpeg: tools.ffmpeg,
    input: [
      ['-nostdin', '-protocol_whitelist', 'concat,file', '-format_whitelist', format],
      // Named, not guessed: a last second of sound is fewer packets than the guess needs (10).
      ['-f', format, '-i', `concat:${parts.join('|')}`],
    ].flat(),
    expectedMs: 3_000,
  });
  if (problem === undefined) return;
  throw new IngestError('encode', {
    what: `${rendition}/${file} cannot be decoded without errors`,
    why: problem,
    ...NOTHING_PUBLISHED,
  });
}
