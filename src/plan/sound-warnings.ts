import { cleanText } from '../lib/clean-text.ts';
import { formatDuration } from '../lib/format-duration.ts';
import type { Preset } from '../model/preset.ts';
import type { AudioTrack, Source } from '../model/source.ts';
import { hasLanguage, tracksLeftOut } from './audio-renditions.ts';
import { silentEndMs } from './fill-sound.ts';

/** What the user should know of the film's sound before it is encoded, one line each. */
export function soundWarnings(source: Source, { audio }: Pick<Preset, 'audio'>): readonly string[] {
  const { language } = audio;
  const leftOut = tracksLeftOut(source.audio, audio.language);
  return [
    ...(source.audio.length === 0 && source.audioLeftOut.length === 0
      ? ['The film has no sound.']
      : []),
    ...(language !== undefined && source.audio.length > 0 && !hasLanguage(source.audio, language)
      ? [`It has no sound in ${language}: what the film itself marks is the default.`]
      : []),
    ...source.audio.flatMap((track) => {
      const silentMs = silentEndMs(track, source.durationMs);
      if (silentMs === undefined) return [];
      const gap = formatDuration(silentMs);
      return [`Sound ${nameTrack(track)} ends ${gap} before the picture: the rest is silent.`];
    }),
    ...source.audioLeftOut.map((track) => `Sound ${nameTrack(track)} is left out: ${track.why}.`),
    ...(leftOut.length > 0
      ? [
          `${leftOut.length} of ${source.audio.length} sound tracks are left out: ${leftOut.map(nameTrack).join(', ')}.`,
        ]
      : []),
  ];
}

/** `track 3 (en, ac3, Director)`: by ffmpeg's number, as other tools show it. */
function nameTrack({
  index,
  language,
  codec,
  title,
}: Pick<AudioTrack, 'index' | 'language' | 'codec' | 'title'>): string {
  const facts = [language === 'und' ? undefined : language, codec, title];
  return `track ${index} (${cleanText(facts.filter((fact) => fact !== undefined).join(', '), { maxLength: 80 })})`;
}
