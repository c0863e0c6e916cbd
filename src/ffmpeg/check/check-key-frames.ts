import { IngestError } from '../../errors.ts';
import type { Manner } from '../../lib/giving-way.ts';
import type { Tools } from '../../model/toolchain.ts';
import { type Decoded, NOTHING_PUBLISHED, runDecoder } from './run-decoder.ts';
import { segmentsInput } from './segments-input.ts';

/** Segments of one rendition that follow on each other, at least one. */
export type SegmentRun = Readonly<{
  name: string;
  segments: readonly CountedFile[];
  /** fMP4: the init segment, as a file name in the same folder. */
  init?: string | undefined;
}>;

export type CountedFile = Readonly<{
  /** Its name below `<dir>/<rendition>/`. */
  file: string;
  /** How many the scan of its bytes counted; 0 for audio. */
  keyFrames: number;
  /** Pictures, or audio frames. */
  frames: number;
}>;

/** Where the segments are: in a folder for each rendition below `dir`, which is absolute. */
export type DecodeIn = Readonly<{ tools: Tools; dir: string }> & Manner;

/**
 * Decodes every key frame of the run in one process. Throws `encode` when the decoder prints anything,
 * fails, or finds another number of them than the scan, with the segment named if it is one alone.
 */
export async function checkKeyFrames(run: SegmentRun, options: DecodeIn): Promise<void> {
  const { name, segments } = run;
  const keyFrames = segments.reduce((sum, segment) => sum + segment.keyFrames, 0);
  if (keyFrames === 0) return;
  const decoded = await decodeKeyFrames(run, options);
  if (decoded.problem === undefined && decoded.pictures === keyFrames) return;
  if (decoded.problem === undefined) {
    throw new IngestError('encode', {
      what: `${name}: ${decoded.pictures} key frames can be decoded, ${keyFrames} are there`,
      ...NOTHING_PUBLISHED,
    });
  }
  const file = await findDamage(run, options);
  throw new IngestError('encode', {
    what: `A key frame of ${file === undefined ? name : `${name}/${file}`} cannot be decoded`,
    why: decoded.problem,
    ...NOTHING_PUBLISHED,
  });
}

/** Halves the list until one segment is left; undefined when only all together fail. */
async function findDamage(run: SegmentRun, options: DecodeIn): Promise<string | undefined> {
  const fails = async (segments: readonly CountedFile[]) =>
    (await decodeKeyFrames({ ...run, segments }, options)).problem !== undefined;
  let suspects = run.segments;
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    suspects = (await fails(half)) ? half : suspects.slice(half.length);
  }
  return (await fails(suspects)) ? suspects[0]?.file : undefined;
}

function decodeKeyFrames(
  { name, segments, init }: SegmentRun,
  { tools, ...where }: DecodeIn,
): Promise<Decoded> {
  const files = segments.map(({ file }) => file);
  const { args, stdin } = segmentsInput({ rendition: name, files, init });
  return runDecoder({
    ...where,
    ffmpeg: tools.ffmpeg,
    input: ['-skip_frame', 'nokey', ...args],
    stdin,
    expectedMs: 3_000 * files.length,
  });
}
