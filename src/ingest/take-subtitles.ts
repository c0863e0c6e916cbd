import { basename } from 'node:path';
import { extractSubtitles } from '../ffmpeg/text/extract-subtitles.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { PackagedSubtitle } from '../model/package.ts';
import type { Plan, SubtitleRendition } from '../model/plan.ts';
import { readCues } from '../subtitles/read-cues.ts';
import type { LoadedSubtitle } from '../subtitles/read-subtitle-file.ts';
import type { IngestContext } from './context.ts';

export type TakeSubtitlesOptions = Readonly<{
  plan: Plan;
  /** Those that the plan was made with. */
  files: readonly LoadedSubtitle[];
  /** Working folder of this attempt. */
  dir: string;
  context: Pick<IngestContext, 'tools' | 'report' | 'signal'>;
}>;

/**
 * The cues of every planned subtitle, from the film's tracks and from the files. One that cannot be
 * read, or has nothing in it, is left out with a warning: a film is worth more than a text of it.
 */
export async function takeSubtitles(
  options: TakeSubtitlesOptions,
): Promise<readonly PackagedSubtitle[]> {
  const { plan, dir, context } = options;
  const { tools, signal } = context;
  const tracks = plan.subtitles.flatMap(({ from }) => ('track' in from ? [from] : []));
  const extracted = await extractSubtitles({
    tools,
    source: plan.source,
    dir,
    tracks,
    signal,
  });
  return plan.subtitles.flatMap((rendition) => {
    const { from } = rendition;
    const body = 'track' in from ? extracted.get(from.track) : options.files[from.file]?.body;
    return takeOne(rendition, body, options);
  });
}

function takeOne(
  rendition: SubtitleRendition,
  body: Buffer | undefined,
  options: TakeSubtitlesOptions,
): readonly PackagedSubtitle[] {
  const { plan, context } = options;
  const name = nameOf(rendition, options);
  const warn = (why: string) => context.report({ type: 'warning', message: `${name} ${why}` });
  if (body === undefined) {
    warn('is left out: it cannot be read, or is empty');
    return [];
  }
  const { language } = rendition;
  const read = readCues(body, { language, durationMs: plan.source.durationMs });
  if (read === undefined || read.cues.length === 0) {
    warn('is left out: there is no subtitle of this film in it');
    return [];
  }
  for (const remark of read.remarks) warn(`is taken, but ${remark}`);
  return [{ rendition, cues: read.cues }];
}

/** `film.vi.srt`, or `Subtitle 2 (en)` as `plan` numbers the film's own. */
function nameOf({ from, language }: SubtitleRendition, options: TakeSubtitlesOptions): string {
  if ('file' in from) {
    return cleanText(basename(options.files[from.file]?.path ?? ''), { maxLength: 120 });
  }
  const number = options.plan.source.subtitles.findIndex(({ index }) => index === from.track) + 1;
  return `Subtitle ${number} (${language})`;
}
