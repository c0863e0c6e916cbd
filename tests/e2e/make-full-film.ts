import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClip } from '../helpers/make-clip.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { CAPTION_SRT } from './caption-at.ts';

export const CHAPTER_TITLES = ['Mở đầu', 'Giữa <i>phim</i>', 'Kết'];

export type FullFilmOptions = Readonly<{
  dir: string;
  /** Without an extension: `NAME.mkv` with `NAME.vi.srt` and `NAME.en.srt` beside it. */
  name: string;
  width: number;
  height: number;
}>;

/**
 * A film of 12 s with everything: two audio languages, English in 5.1 and the default; subtitles in
 * both (`CAPTION_SRT`), three chapters of 4 s. Answers with its path.
 */
export async function makeFullFilm({ dir, name, width, height }: FullFilmOptions): Promise<string> {
  const bare = await makeClip({
    dir,
    name: `${name}-bare.mp4`,
    seconds: 12,
    width,
    height,
    audio: [{ language: 'eng', channels: 6, isDefault: true }, { language: 'vie' }],
  });
  const film = join(dir, `${name}.mkv`);
  const chapters = join(dir, `${name}-chapters.txt`);
  await writeFile(chapters, CHAPTERS);
  const maps = ['-map', '0', '-map_chapters', '1'];
  await runFfmpeg(['-i', bare, '-i', chapters, ...maps, '-c', 'copy', film]);
  await writeFile(join(dir, `${name}.vi.srt`), CAPTION_SRT);
  const english = CAPTION_SRT.replace('Xin chào Việt Nam', 'Hello');
  await writeFile(join(dir, `${name}.en.srt`), english);
  return film;
}

const CHAPTERS = [
  ';FFMETADATA1',
  ...CHAPTER_TITLES.map(
    (title, index) =>
      `[CHAPTER]\nTIMEBASE=1/1\nSTART=${4 * index}\nEND=${4 * index + 4}\ntitle=${title}`,
  ),
].join('\n');
