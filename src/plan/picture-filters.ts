import { IngestError } from '../errors.ts';
import type { PictureFilters } from '../model/plan.ts';
import type { Source, VideoTrack } from '../model/source.ts';
import type { Toolchain } from '../model/toolchain.ts';

/**
 * What must be done to the film's pictures before they are scaled. Throws `film` for HDR that this
 * ffmpeg cannot turn into SDR.
 */
export function pictureFilters(
  source: Source,
  toolchain: Pick<Toolchain, 'filters'>,
): PictureFilters {
  const { video } = source;
  return {
    deinterlace: video.fieldOrder === 'interlaced',
    toneMap: video.transfer === 'sdr' ? 'none' : toneMapWith(video.transfer, toolchain),
    inputMatrix: inputMatrixOf(video),
    frameRounding: video.frameRounding,
    keepTimeStamps: video.timeStamps === 'steady',
  };
}

function inputMatrixOf({
  transfer,
  colour,
  codedHeight,
}: VideoTrack): PictureFilters['inputMatrix'] {
  const isTagged = colour.matrix !== undefined && !/^(unknown|reserved)$/.test(colour.matrix);
  if (isTagged || transfer !== 'sdr') return 'auto';
  return codedHeight > 576 ? 'bt709' : 'bt601';
}

function toneMapWith(transfer: 'pq' | 'hlg', toolchain: Pick<Toolchain, 'filters'>): 'zscale' {
  if (toolchain.filters.includes('zscale') && toolchain.filters.includes('tonemap'))
    return 'zscale';
  throw new IngestError('film', {
    what: `the film is HDR (${transfer === 'pq' ? 'HDR10' : 'HLG'}) and this ffmpeg cannot turn it into SDR`,
    why: 'It was built without zscale (zimg); without it the picture would look washed out.',
    fix: 'On macOS: brew install ffmpeg-full. On Debian: sudo apt-get install ffmpeg.',
  });
}
