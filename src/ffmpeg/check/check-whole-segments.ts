import { IngestError } from '../../errors.ts';
import type { DecodeIn, SegmentRun } from './check-key-frames.ts';
import { type Decoded, NOTHING_PUBLISHED, runDecoder } from './run-decoder.ts';

/** `file` and `init` are names in the folder of the rendition. */
export type SegmentFile = Readonly<{ rendition: string; file: string; init?: string | undefined }>;

/**
 * Decodes every picture and all sound of a few segments that follow on each other, in one process.
 * Throws `encode` when a decoder complains, or shows another number of pictures than the scan counted
 * (where all of them have key frames), with the segment named if it is one alone.
 */
export async function checkWholeSegments(run: SegmentRun, options: DecodeIn): Promise<void> {
  const { name, segments } = run;
  const decoded = await decodeWhole(run, options);
  const pictures = segments.reduce((sum, one) => sum + (one.keyFrames > 0 ? one.frames : 0), 0);
  if (decoded.problem === undefined && decoded.pictures === pictures) return;
  if (decoded.problem === undefined) {
    throw new IngestError('encode', {
      what: `${name}: ${decoded.pictures} pictures can be decoded, ${pictures} are there`,
      ...NOTHING_PUBLISHED,
    });
  }
  const file = await findDamage(run, options);
  throw new IngestError('encode', {
    what: `${file === undefined ? name : `${name}/${file}`} cannot be decoded without errors`,
    why: decoded.problem,
    ...NOTHING_PUBLISHED,
  });
}

/** The first that fails alone; undefined when only all together fail. */
async function findDamage(run: SegmentRun, options: DecodeIn): Promise<string | undefined> {
  const [only, ...others] = run.segments;
  if (others.length === 0) return only?.file;
  for (const segment of run.segments) {
    const { problem } = await decodeWhole({ ...run, segments: [segment] }, options);
    if (problem !== undefined) return segment.file;
  }
  return undefined;
}

function decodeWhole(
  { name, segments, init }: SegmentRun,
  { tools, ...where }: DecodeIn,
): Promise<Decoded> {
  const format = init === undefined ? 'mpegts' : 'mov';
  // A fragment is nothing without its init segment: read as one file.
  const files = [...(init === undefined ? [] : [init]), ...segments.map(({ file }) => file)];
  const parts = files.map((file) => `${name}/${file}`);
  return runDecoder({
    ...where,
    ffmpeg: tools.ffmpeg,
    input: [
      ['-nostdin', '-protocol_whitelist', 'concat,file', '-format_whitelist', format],
      // Named, not guessed: a last second of sound is fewer packets than the guess needs (10).
      ['-f', format, '-i', `concat:${parts.join('|')}`],
    ].flat(),
    expectedMs: 3_000 * segments.length,
  });
}
