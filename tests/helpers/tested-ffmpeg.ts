import { execa } from 'execa';

/** Whether the ffmpeg that is tested has a decoder or a filter of this name; builds differ in both. */
export async function hasPart(list: 'decoders' | 'filters', name: string): Promise<boolean> {
  const program = process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
  const { stdout } = await execa(program, ['-hide_banner', `-${list}`]);
  return stdout.includes(` ${name} `);
}
