import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makePoster, type PosterOptions } from '../ffmpeg/stills/poster.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import type { Plan } from '../model/plan.ts';
import type { IngestContext, IngestRequest } from './context.ts';

export type TakePosterOptions = Readonly<{
  request: IngestRequest;
  plan: Plan;
  dir: string;
  context: Pick<IngestContext, 'tools' | 'signal'>;
}>;

/** The poster as a JPEG: the picture or the time that was asked for, else a good frame of the film. */
export async function takePoster(options: TakePosterOptions): Promise<Buffer> {
  const { request, plan, dir, context } = options;
  const outPath = join(dir, 'poster.jpg');
  await makePoster({
    tools: context.tools,
    source: plan.source,
    picture: plan.picture,
    outPath,
    at: choiceOf(request.poster),
    signal: context.signal,
  });
  return readFile(outPath);
}

/** `cover` is the film's own; `90s`, `12m30s` and `1:02:03` are times; everything else is a file. */
function choiceOf(text: string | undefined): PosterOptions['at'] {
  if (text === undefined || text === 'cover') return text ?? 'auto';
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]\d)$/.exec(text);
  if (clock !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map((part) => Number(part ?? 0));
    return { timeMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
  }
  return /^[\dhms]+$/.test(text) ? { timeMs: parseDuration(text) } : { file: resolve(text) };
}
