import { IngestError } from '../errors.ts';
import { findSubtitleFiles } from '../subtitles/find-subtitle-files.ts';
import { parseSubtitleFlag } from '../subtitles/parse-subtitle-flag.ts';
import {
  type LoadedSubtitle,
  readSubtitleFile,
  UnusableSubtitle,
} from '../subtitles/read-subtitle-file.ts';
import type { IngestContext, IngestRequest } from './context.ts';

/**
 * The subtitle files of a film: those that the user named, then those beside it (without a
 * `path`, none), each content once.
 * What was named must be right: throws `usage`. What lies there by chance is passed over with a warning.
 */
export async function findSubtitles(
  { path, subtitles = [] }: Pick<IngestRequest, 'subtitles'> & { path: string | undefined },
  { report }: Pick<IngestContext, 'report'>,
): Promise<readonly LoadedSubtitle[]> {
  const loaded: LoadedSubtitle[] = [];
  const take = (file: LoadedSubtitle) => {
    if (!loaded.some(({ sha256 }) => sha256 === file.sha256)) loaded.push(file);
  };
  for (const value of subtitles) {
    take(await readSubtitleFile(parseSubtitleFlag(value)).catch(refuse));
  }
  if (path === undefined) return loaded;
  const { files, pictures } = await findSubtitleFiles(path);
  for (const file of files) {
    try {
      take(await readSubtitleFile(file));
    } catch (error) {
      if (!(error instanceof UnusableSubtitle)) throw error;
      report({ type: 'warning', message: `${error.file} is ignored: ${error.why}` });
    }
  }
  for (const name of pictures) {
    report({
      type: 'warning',
      message: `${name} is ignored: its subtitles are pictures`,
      fix: 'Add a text with --subtitle vi=file.srt',
    });
  }
  return loaded;
}

function refuse(error: unknown): never {
  if (!(error instanceof UnusableSubtitle)) throw error;
  throw new IngestError('usage', {
    what: `${error.file} cannot be used as a subtitle`,
    why: `${error.why[0]?.toUpperCase()}${error.why.slice(1)}.`,
    fix: 'Give --subtitle a SubRip, WebVTT or ASS file with its language: --subtitle vi=file.srt',
    cause: error,
  });
}
