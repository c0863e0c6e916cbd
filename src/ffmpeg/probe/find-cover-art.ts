import type { CoverArt } from '../../model/source.ts';
import type { ProbedFile } from './ffprobe-output.ts';

const PICTURES = /^(mjpeg|png|webp|bmp|gif|tiff)$/;

/** The first attached picture of a size that is worth showing. */
export function findCoverArt({ streams }: ProbedFile): CoverArt | undefined {
  const cover = streams.find(
    ({ codec_type, codec_name = '', disposition, width = 0, height = 0 }) =>
      codec_type === 'video' &&
      disposition['attached_pic'] === 1 &&
      PICTURES.test(codec_name) &&
      Math.min(width, height) >= 16,
  );
  if (cover === undefined) return undefined;
  const { index, width = 0, height = 0 } = cover;
  return { index, width, height };
}
