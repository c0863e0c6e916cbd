import type { PackagedSubtitle } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';
import type { IngestContext, IngestRequest } from './context.ts';
import type { FilmIdentity } from './identify-film.ts';
import { takePoster } from './take-poster.ts';
import { takeSubtitles } from './take-subtitles.ts';

/** What is made from the film while it is being encoded. */
export type Aside = Readonly<{ poster: Buffer; subtitles: readonly PackagedSubtitle[] }>;

/** Poster and subtitles at once; a poster that cannot be made is told before the subtitles are read. */
export async function takeBeside({
  request,
  film,
  plan,
  dir,
  context,
}: Readonly<{
  request: IngestRequest;
  film: FilmIdentity;
  plan: Plan;
  dir: string;
  context: Pick<IngestContext, 'tools' | 'report' | 'signal'>;
}>): Promise<Aside> {
  const [poster, subtitles] = await Promise.all([
    takePoster({ request, plan, dir, context }),
    takeSubtitles({ plan, files: film.subtitleFiles, dir, context }),
  ]);
  return { poster, subtitles };
}
