import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { toLanguageTag } from '../lib/language.ts';
import type { Preset } from '../model/preset.ts';

export type PresetFlags = Readonly<{
  audioLang?: string;
  surround?: boolean;
  normalize?: boolean;
  perTitle?: boolean;
}>;

/**
 * The preset with what the flags say of sound and bit rates. Presets may say the same; being part of them, it is part
 * of a film's recipe. Throws `usage` for what is no language.
 */
export function presetWith(preset: Preset, flags: PresetFlags): Preset {
  const asked = flags.audioLang ?? preset.audio.language;
  const language = asked === undefined ? undefined : demandLanguage(asked);
  return {
    ...preset,
    ...(flags.perTitle === true ? { perTitle: true } : {}),
    audio: {
      ...preset.audio,
      ...(language === undefined ? {} : { language }),
      ...(flags.surround === true ? { surround: true } : {}),
      ...(flags.normalize === true ? { normalize: true } : {}),
    },
  };
}

function demandLanguage(text: string): string {
  const tag = toLanguageTag(text);
  if (tag !== 'und') return tag;
  throw new IngestError('usage', {
    what: `"${cleanText(text, { maxLength: 40 })}" is no language`,
    why: 'A language is a code (vi, vie, pt-BR) or a name (Vietnamese).',
    fix: 'Try --audio-lang vi. The tracks of a film are shown by: movie-ingest plan FILM',
  });
}
