import { resolve } from 'node:path';
import { IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { SubtitleFile } from './find-subtitle-files.ts';
import { parseMarks } from './parse-marks.ts';

/**
 * `vi=file.srt`, `en.forced=signs.ass`, or a file alone, whose name then tells the language. Throws
 * `usage` for words that hold no language.
 */
export function parseSubtitleFlag(value: string): SubtitleFile {
  const at = value.indexOf('=');
  if (at === -1 || /[/\\]/.test(value.slice(0, at))) {
    const middle = value.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
    const { title: _, ...marks } = parseMarks(middle.replace(/^[^.]*/, ''));
    return { path: resolve(value), marks };
  }
  const words = value.slice(0, at);
  const path = value.slice(at + 1);
  const marks = parseMarks(words);
  if ((marks.language === 'und' && words !== 'und') || path === '') {
    throw new IngestError('usage', {
      what: `--subtitle ${cleanText(value, { maxLength: 100 })} cannot be understood`,
      why:
        path === ''
          ? 'There is no file after the "=".'
          : `${cleanText(words, { maxLength: 40 })} names no language.`,
      fix: 'Write it as --subtitle vi=file.srt, with forced or sdh where it is: --subtitle en.forced=file.srt',
    });
  }
  return { path: resolve(path), marks };
}
