import { measureFilm } from '../ffmpeg/loudness/measure-loudness.ts';
import { trySound } from '../ffmpeg/loudness/try-sound.ts';
import type { AudioRendition } from '../model/plan.ts';
import type { AudioTrack, Source } from '../model/source.ts';
import { audioRenditions } from '../plan/audio-renditions.ts';
import { correctLoudness, meetsLimiter } from '../plan/correct-loudness.ts';
import type { IngestContext } from './context.ts';

/** Each brings sound that is all peaks nearer to the target; films need one, to see that they are there. */
const MAX_CORRECTIONS = 3;

type HearContext = Pick<IngestContext, 'tools' | 'preset' | 'report' | 'signal'>;

/**
 * The source with what only decoding shows: which of its sound tracks can be used, and, where the
 * preset brings all to one loudness, how loud each is. That takes the time to read the whole film, and
 * again where the gain meets the limiter, which makes quieter what was to be louder.
 */
export async function hearSound(source: Source, context: HearContext): Promise<Source> {
  const { tools, preset, report, signal } = context;
  const heard = await trySound(source, { tools, signal });
  if (preset.audio.normalize !== true || heard.audio.length === 0) return heard;
  report({ type: 'step', step: 'loudness' });
  return { ...heard, audio: await weighTracks(heard, context) };
}

async function weighTracks(
  source: Source,
  { tools, preset, signal }: HearContext,
): Promise<readonly AudioTrack[]> {
  const renditions = audioRenditions(source.audio, preset);
  const plain = await measureFilm({ tools, source, renditions, signal });
  const reckoned = new Map([...plain].map(([name, made]) => [name, made.integratedLufs]));
  const tracks = () =>
    source.audio.map((track) => withLoudness(track, renditions, (name) => reckoned.get(name)));
  let left = audioRenditions(tracks(), preset).filter((it) => meetsLimiter(it, plain.get(it.name)));
  for (let pass = 0; left.length > 0 && pass < MAX_CORRECTIONS; pass += 1) {
    const made = await measureFilm({ tools, source, renditions: left, signal });
    for (const { name } of left) {
      const [before, now, after] = [plain.get(name), reckoned.get(name), made.get(name)];
      if (before === undefined || now === undefined || after === undefined) continue;
      const measured = { plain: before.integratedLufs, reckoned: now, made: after.integratedLufs };
      reckoned.set(name, correctLoudness(measured));
    }
    const gains = new Map(left.map(({ name, gainDb }) => [name, gainDb]));
    left = audioRenditions(tracks(), preset).filter(
      ({ name, gainDb }) => gains.has(name) && gains.get(name) !== gainDb,
    );
  }
  return tracks();
}

/** A track with what the renditions that are made of it are reckoned to be. */
function withLoudness(
  track: AudioTrack,
  renditions: readonly AudioRendition[],
  lufsOf: (name: string) => number | undefined,
): AudioTrack {
  const of = (group: 'audio' | 'surround') => {
    const made = renditions.find((it) => it.sourceIndex === track.index && it.group === group);
    return made === undefined ? undefined : lufsOf(made.name);
  };
  const [audio, surround] = [of('audio'), of('surround')];
  if (audio === undefined) return track;
  return { ...track, loudness: { audio, ...(surround === undefined ? {} : { surround }) } };
}
