import { IngestError } from '../errors.ts';
import type { BurntSubtitle } from '../model/plan.ts';
import type { SubtitleTrack } from '../model/source.ts';
import type { Toolchain } from '../model/toolchain.ts';

/**
 * The subtitle track that `--burn-subtitle` means, 1 being the film's first. Throws `usage` for one
 * that is not there, or that this ffmpeg cannot draw.
 */
export function chooseBurn(
  number: number,
  { tracks, toolchain }: Readonly<{ tracks: readonly SubtitleTrack[]; toolchain: Toolchain }>,
): BurntSubtitle {
  const track = tracks[number - 1];
  if (track === undefined) {
    throw new IngestError('usage', {
      what: `there is no subtitle ${number} to burn in`,
      why:
        tracks.length === 0
          ? 'The film has no subtitle tracks. Files beside it cannot be burnt in.'
          : `The film has: ${tracks.map((it, index) => `${index + 1} (${it.language}, ${it.codec})`).join(', ')}.`,
      fix: 'Give --burn-subtitle one of these numbers, or leave it out.',
    });
  }
  const { kind, codec, language, index } = track;
  if (kind === 'other') {
    throw new IngestError('usage', {
      what: `subtitle ${number} (${codec}) cannot be burnt in`,
      why: 'ffmpeg cannot draw this format.',
      fix: 'Leave --burn-subtitle out, or take another track.',
    });
  }
  const filter = kind === 'text' ? 'subtitles' : 'overlay';
  if (!toolchain.filters.includes(filter)) {
    throw new IngestError('usage', {
      what: `this ffmpeg cannot burn in subtitle ${number} (${codec})`,
      why: `It has no ${filter} filter${kind === 'text' ? ': it was built without libass' : ''}.`,
      fix: 'On a Mac: brew install ffmpeg-full. Or leave --burn-subtitle out: texts are offered as subtitles anyway.',
    });
  }
  return { number, track: index, kind, language };
}
