import { measureFilm } from '../ffmpeg/measure-loudness.ts';
import { trySound } from '../ffmpeg/try-sound.ts';
import type { Source } from '../model/source.ts';
import { audioRenditions } from '../plan/audio-renditions.ts';
import type { IngestContext } from './context.ts';

/**
 * The source with what only decoding shows: which of its sound tracks can be used, and, where the
 * preset brings all to one loudness, how loud each is. That takes the time to read the whole film.
 */
export async function hearSound(
  source: Source,
  { tools, preset, report, signal }: Pick<IngestContext, 'tools' | 'preset' | 'report' | 'signal'>,
): Promise<Source> {
  const heard = await trySound(source, { tools, signal });
  if (preset.audio.normalize !== true || heard.audio.length === 0) return heard;
  report({ type: 'step', step: 'loudness' });
  const renditions = audioRenditions(heard.audio, preset);
  const measured = await measureFilm({ tools, source, renditions, signal });
  const lufsOf = (sourceIndex: number, group: 'audio' | 'surround') => {
    const made = renditions.find((one) => one.sourceIndex === sourceIndex && one.group === group);
    return made === undefined ? undefined : measured.get(made.name)?.integratedLufs;
  };
  const audio = heard.audio.map((track) => {
    const stereo = lufsOf(track.index, 'audio');
    const surround = lufsOf(track.index, 'surround');
    if (stereo === undefined) return track;
    const loudness = { audio: stereo, ...(surround === undefined ? {} : { surround }) };
    return { ...track, loudness };
  });
  return { ...heard, audio };
}
