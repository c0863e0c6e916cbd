import type { ProbedFile, ProbedStream } from './ffprobe-output.ts';

/**
 * A recording of several programmes (a whole multiplex) as if it held one: that of the picture. Sound
 * and subtitles of the others belong to pictures that are not shown. Tracks that are in no programme
 * stay, as do all where the picture is in none.
 */
export function oneProgramme(probed: ProbedFile, picture: ProbedStream): ProbedFile {
  const own = probed.programs.filter((program) => has(program, picture.index));
  if (own.length === 0) return probed;
  const isElsewhere = (index: number) =>
    !own.some((program) => has(program, index)) &&
    probed.programs.some((program) => has(program, index));
  return { ...probed, streams: probed.streams.filter(({ index }) => !isElsewhere(index)) };
}

function has({ streams }: ProbedFile['programs'][number], index: number): boolean {
  return streams.some((stream) => stream.index === index);
}
