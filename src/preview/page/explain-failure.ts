import { type Shown, serverGone } from './api.ts';
import type { Diagnosis } from './ask-why.ts';
import type { Film } from './film.ts';
import { language, texts } from './language.ts';
import { linkToken } from './link-token.ts';
import type { Fix, Problem } from './problem.ts';

export type FailureContext = Readonly<{ film: Film; shown: Shown }>;

/** Names the cause of a failure and the command that mends it. */
export function explainFailure(failure: Diagnosis, context: FailureContext): Problem {
  const { problems, fixes } = texts;
  const { url } = failure;
  const isMaster = url === context.film.hlsUrl;
  switch (failure.cause) {
    case 'missing':
      return {
        what: isMaster ? problems.masterMissing : problems.partMissing,
        why:
          context.shown.kind === 'library' ? problems.missingWhy(url) : problems.missingHere(url),
        fix: again(context),
      };
    case 'forbidden':
      return explainRefusal(failure, context);
    case 'server':
      return { what: problems.server, why: failure.detail, fix: findOut() };
    case 'cors':
    case 'unreachable':
      return explainSilence(failure, context);
    case 'undecodable':
      return {
        what: problems.undecodable,
        why: `${failure.detail} · ${url}`,
        fix: again(context),
      };
    case 'unsupported':
      return {
        what: problems.unsupported,
        why: failure.detail,
        fix: { text: fixes.otherBrowser },
      };
  }
}

/** 403: by what the edge says, else by the token in the address. */
function explainRefusal({ url, denial }: Diagnosis, { film, shown }: FailureContext): Problem {
  const { problems, fixes } = texts;
  const expiresAt = linkToken(url)?.expiresAt;
  const fix = { text: fixes.newLink, command: `movie-ingest link ${slugOf(film, shown, url)}` };
  if (expiresAt !== undefined && (denial === 'token-expired' || expiresAt < new Date())) {
    const at = expiresAt.toLocaleString(language);
    return { what: problems.expired, why: problems.expiredWhy(at), fix };
  }
  if (denial === 'token-missing') return { what: problems.noLink, why: problems.noLinkWhy, fix };
  if (denial !== undefined) {
    return { what: problems.badLink, why: problems.badLinkWhy(denial), fix };
  }
  const isMaster = url === film.hlsUrl;
  return {
    what: isMaster ? problems.masterForbidden : problems.partForbidden,
    why: problems.forbiddenWhy(url),
    fix: findOut(),
  };
}

/** No answer that the page may see. */
function explainSilence(failure: Diagnosis, context: FailureContext): Problem {
  const { problems, fixes } = texts;
  const { url } = failure;
  const { origin } = new URL(url, location.href);
  const { mediaOrigin, kind } = context.shown;
  if (origin === location.origin) return serverGone();
  if ((linkToken(url)?.expiresAt ?? new Date()) < new Date())
    return explainRefusal(failure, context);
  if (kind === 'library' && origin !== mediaOrigin) {
    const why = problems.foreignWhy(url, mediaOrigin ?? location.origin);
    return {
      what: problems.foreign,
      why,
      fix: { text: fixes.reconcile, command: 'movie-ingest sync' },
    };
  }
  return failure.cause === 'cors'
    ? { what: problems.cors, why: problems.corsWhy(location.origin, url), fix: findOut() }
    : { what: problems.unreachable, why: problems.unreachableWhy(url), fix: findOut() };
}

/** The name of the file is shown beside the command, not in it: it is not ours to paste into a shell. */
function again({ film, shown }: FailureContext): Fix {
  const { fixes } = texts;
  if (shown.kind === 'folder') return { text: fixes.makeFolderAgain };
  if (shown.kind === 'url') {
    return { text: fixes.checkAddress, command: `curl -I '${film.hlsUrl.replaceAll("'", '%27')}'` };
  }
  return {
    text: fixes.makeAgain(film.sourceFile),
    command: `movie-ingest add --force --slug ${film.slug} FILM`,
  };
}

function findOut(): Fix {
  return { text: texts.fixes.findOutWhich, command: 'movie-ingest doctor --public' };
}

/** A link that was given as an address names its film in the path of our keys. */
function slugOf(film: Film, { kind }: Shown, url: string): string {
  return kind === 'library' ? film.slug : (/\/videos\/([a-z0-9-]+)\//.exec(url)?.[1] ?? 'SLUG');
}
