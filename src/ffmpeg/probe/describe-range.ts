import type { VideoTrack } from '../../model/source.ts';
import type { ProbedStream } from './ffprobe-output.ts';

type Range = Pick<VideoTrack, 'transfer' | 'dolbyVision'>;

/**
 * Whether the picture is HDR, and of which kind: by its transfer tag; where it has none, by what only
 * HDR has (mastering display data, a Dolby Vision record that names its base layer).
 */
export function describeRange(stream: ProbedStream): Range {
  const dolbyVision = dolbyVisionOf(stream);
  const base = dolbyVision === undefined ? undefined : BASE_LAYERS[dolbyVision.compatibility];
  const transfer = transferOf(stream) ?? base ?? 'sdr';
  if (dolbyVision === undefined) return { transfer };
  const { profile } = dolbyVision;
  return { transfer, dolbyVision: { profile, hasBaseLayer: base !== undefined } };
}

/** What the base layer is, by the record's compatibility id: 0 is none, 1 and 6 HDR10, 2 SDR, 4 HLG. */
const BASE_LAYERS: Readonly<Record<number, VideoTrack['transfer']>> = {
  1: 'pq',
  2: 'sdr',
  4: 'hlg',
  6: 'pq',
};

function dolbyVisionOf(
  stream: ProbedStream,
): Readonly<{ profile: number; compatibility: number }> | undefined {
  const data = stream.side_data_list.find(({ dv_profile }) => dv_profile !== undefined);
  if (data?.dv_profile === undefined) return undefined;
  // Profile 7 is always over HDR10, whatever an old muxer wrote beside it.
  const told = data.dv_bl_signal_compatibility_id ?? 0;
  return { profile: data.dv_profile, compatibility: data.dv_profile === 7 ? 6 : told };
}

function transferOf(stream: ProbedStream): VideoTrack['transfer'] | undefined {
  const { color_transfer, color_primaries, side_data_list } = stream;
  if (color_transfer === 'smpte2084') return 'pq';
  if (color_transfer === 'arib-std-b67') return 'hlg';
  if (color_transfer !== undefined && !/^(unknown|reserved)$/.test(color_transfer)) return 'sdr';
  const isMastered = side_data_list.some(({ side_data_type }) =>
    /^(Mastering display metadata|Content light level metadata)$/.test(side_data_type ?? ''),
  );
  return isMastered && color_primaries !== 'bt709' ? 'pq' : undefined;
}
