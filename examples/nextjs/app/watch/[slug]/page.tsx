import { notFound } from 'next/navigation';
import { signLink } from '../../../lib/sign-link';
import { Player } from './player';

/** A link is for one visit: this page is made anew for each. */
export const dynamic = 'force-dynamic';

const TWO_HOURS = 7_200;

export default async function Watch({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  // Here comes your own check: may this visitor see this film?
  const answer = await fetch(`${process.env.API_URL}/api/movies/${encodeURIComponent(slug)}`);
  if (answer.status === 404) notFound();
  const movie = await answer.json();
  const key = {
    id: process.env.MOVIE_INGEST_LINK_KEY_ID ?? '',
    secret: process.env.MOVIE_INGEST_LINK_SECRET ?? '',
  };
  const startUntil = Math.floor(Date.now() / 1_000) + TWO_HOURS;
  return (
    <main>
      <h1>{movie.title}</h1>
      <Player src={signLink(movie.hls_url, key, startUntil)} poster={movie.thumbnail_url} />
    </main>
  );
}
