import type { UpsertOutcome } from '../model/catalog.ts';
import type { EventOf } from '../model/event.ts';
import type { Movie } from '../model/movie.ts';
import { storageCost } from '../store/storage-cost.ts';
import type { IngestContext } from './context.ts';
import type { FilmIdentity } from './identify-film.ts';

export type ResultOptions = Readonly<{
  path: string;
  film: FilmIdentity;
  movie: Movie;
  /** What was published in this run. */
  change: 'film' | 'poster' | undefined;
  saved: UpsertOutcome;
  elapsedMs: number;
  context: Pick<IngestContext, 'store'>;
}>;

/** What is told of a film that is in. */
export function resultOf(options: ResultOptions): EventOf<'result'> {
  const { path, film, movie, change, saved, elapsedMs, context } = options;
  const { pipeline, editorial } = movie;
  const { damage } = pipeline.source;
  const monthlyUsd = storageCost(context.store.kind, pipeline.storage)?.monthlyUsd;
  return {
    type: 'result',
    file: path,
    slug: movie.slug,
    title: editorial.title,
    outcome: outcomeOf(change, saved),
    hls_url: pipeline.hls_url,
    thumbnail_url: pipeline.thumbnail_url,
    duration_seconds: pipeline.metadata.duration_seconds,
    bytes: pipeline.storage.bytes,
    source_bytes: film.bytes,
    elapsed_ms: elapsedMs,
    video_encoder: pipeline.encoder.video_encoder,
    video_encoder_reason: pipeline.encoder.video_encoder_reason,
    ...copiedOf(pipeline),
    ...(damage === undefined ? {} : { damage: [...damage] }),
    ...(monthlyUsd === undefined ? {} : { monthly_usd: monthlyUsd }),
  };
}

function copiedOf({
  renditions,
  audio_tracks,
  encoder,
}: Movie['pipeline']): Pick<EventOf<'result'>, 'copied' | 'copy_reason'> {
  // A film of version 0.1.0 has no word of it.
  if (encoder.copy_reason === undefined) return {};
  // A playlist's folder is its rendition's name.
  const tracks = audio_tracks.map(({ copied, url }) => ({ copied, name: url.split('/').at(-2) }));
  const copied = [...renditions, ...tracks].flatMap((one) =>
    one.copied === true && one.name !== undefined ? [one.name] : [],
  );
  return { copied, copy_reason: encoder.copy_reason };
}

function outcomeOf(
  change: ResultOptions['change'],
  saved: UpsertOutcome,
): EventOf<'result'>['outcome'] {
  if (change === 'film') return saved === 'created' ? 'added' : 'updated';
  return change === 'poster' || saved !== 'unchanged' ? 'updated' : 'unchanged';
}
