import { SERVER_GONE } from './api.ts';
import type { Film } from './film.ts';
import type { Failure } from './player-contract.ts';
import type { Problem } from './problem.ts';

/** Names the cause of a failure and the command that mends it. */
export function explainFailure(failure: Failure, film: Film): Problem {
  const url = failure.url ?? film.hlsUrl;
  const isMaster = url === film.hlsUrl;
  const part = isMaster ? 'The master playlist' : 'A part of this film';
  switch (failure.cause) {
    case 'missing':
      return {
        what: `${part} is missing (404)`,
        why: `The catalogue has the film, but the store has no ${url}`,
        fix: again(film),
      };
    case 'forbidden':
      return {
        what: `${part} may not be read (403)`,
        why: `The bucket is not public, or a rule in front of it refuses ${url}`,
        fix: CHECK,
      };
    case 'server':
      return { what: 'The store answers with an error', why: failure.detail, fix: CHECK };
    case 'unreachable':
      return isOwn(url)
        ? SERVER_GONE
        : {
            what: 'The store cannot be reached from this page',
            why: `It does not answer, or the bucket has no CORS rule that lets a page of ${location.origin} read ${url}`,
            fix: CHECK,
          };
    case 'undecodable':
      return {
        what: 'This browser could not decode the film',
        why: `${failure.detail} · ${url}`,
        fix: again(film),
      };
    case 'unsupported':
      return {
        what: 'This browser does not have the codecs of this film',
        why: failure.detail,
        fix: { text: 'Open this page in another browser (Chrome, Edge, Safari, Firefox).' },
      };
  }
}

function isOwn(url: string): boolean {
  return new URL(url, location.href).origin === location.origin;
}

/** The name of the file is shown beside the command, not in it: it is not ours to paste into a shell. */
function again(film: Film): { text: string; command: string } {
  const from = film.sourceFile === undefined ? '' : ` from ${film.sourceFile}`;
  return {
    text: `Make it again${from}:`,
    command: `movie-ingest add --force --slug ${film.slug} FILM`,
  };
}

const CHECK = { text: 'Find out which:', command: 'movie-ingest doctor' };
