import { IngestError } from '../errors.ts';
import type { PictureFilters } from '../model/plan.ts';
import type { HdrChoice } from '../model/settings.ts';
import type { VideoTrack } from '../model/source.ts';
import type { Toolchain } from '../model/toolchain.ts';

export type ToneMapRequest = Readonly<{
  video: VideoTrack;
  toolchain: Pick<Toolchain, 'toneMappers'>;
  hdr: HdrChoice;
}>;

/** The best way from this film's HDR to SDR that was proved here. Throws `film` where there is none. */
export function chooseToneMapper(request: ToneMapRequest): PictureFilters['toneMap'] {
  const { video, toolchain, hdr } = request;
  const isDolbyOnly = video.dolbyVision?.hasBaseLayer === false;
  if (video.transfer === 'sdr' && !isDolbyOnly) return 'none';
  if (hdr === 'refuse') {
    throw new IngestError('film', {
      what: `the film is HDR (${nameRange(video)}), which was not wanted`,
      why: 'HDR is set to refuse.',
      fix: 'Give --hdr tonemap to turn it into SDR.',
    });
  }
  const working = toolchain.toneMappers.filter(({ works }) => works);
  // Only libplacebo reads the record that Dolby Vision without a base layer needs (ffmpeg-hls.md §3).
  const mapper = isDolbyOnly ? working.find(({ name }) => name === 'libplacebo') : working[0];
  if (mapper !== undefined) return mapper.name;
  throw new IngestError('film', {
    what: `the film is HDR (${nameRange(video)}) and this ffmpeg cannot turn it into SDR`,
    why: isDolbyOnly
      ? 'Its colours are in a form of Dolby’s own, without a picture that others can show; only libplacebo on a graphics card reads it.'
      : `It would look washed out. ${toolchain.toneMappers.map(({ name, detail }) => `${name}: ${detail}`).join('; ')}`,
    fix: isDolbyOnly
      ? 'Get the film as HDR10 or SDR, or use an ffmpeg with libplacebo. On macOS: brew install ffmpeg-full. On Debian: sudo apt-get install ffmpeg mesa-vulkan-drivers.'
      : 'Install an ffmpeg with zscale (zimg), or ffmpeg 8. On macOS: brew install ffmpeg-full. On Debian: sudo apt-get install ffmpeg.',
    isOfThisMachine: true,
  });
}

/** `HDR10`, `HLG`, `Dolby Vision profile 8 over HLG`. */
export function nameRange({ transfer, dolbyVision }: VideoTrack): string {
  const base = { pq: 'HDR10', hlg: 'HLG', sdr: 'SDR' }[transfer];
  if (dolbyVision === undefined) return base;
  const name = `Dolby Vision profile ${dolbyVision.profile}`;
  return dolbyVision.hasBaseLayer ? `${name} over ${base}` : name;
}
