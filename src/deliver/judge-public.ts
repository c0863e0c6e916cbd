import { judgeBody } from './judge-body.ts';
import { judgeCache } from './judge-cache.ts';
import { judgeRefusal } from './judge-refusal.ts';
import { isAnswer, type NoAnswer, type PublicFault, type PublicVisit } from './public-visit.ts';

/**
 * What is wrong with how viewers get this object: by the table of storage-delivery.md §3.8. Pure. An
 * object that did not come has one fault, the one that is at the root of it.
 */
export function judgePublic(visit: PublicVisit): readonly PublicFault[] {
  const { phone, browser, browserAgain } = visit;
  const answers = [phone, browser, browserAgain];
  const silent = answers.find((it): it is NoAnswer => !isAnswer(it));
  if (silent !== undefined) return [unreachable(silent)];
  const [first, second, third] = answers.filter(isAnswer);
  if (first === undefined || second === undefined || third === undefined) return [];
  const refused = [first, second, third].find(({ status }) => status !== 200 && status !== 206);
  if (refused !== undefined) {
    return [judgeRefusal(refused, { phone: first.status, browser: second.status })];
  }
  const given = { stored: visit.stored, phone: first, browser: second, again: third };
  return [...judgeBody(given, visit), ...judgeCache(given)];
}

function unreachable({ why, code }: NoAnswer): PublicFault {
  const known = UNREACHABLE.find(({ codes }) => codes.test(code));
  return {
    isFatal: true,
    kind: 'unreachable',
    what: `cannot be fetched: ${why}`,
    cause: known?.cause ?? 'Nothing answers at the public address.',
    fix: known?.fix ?? 'Check the public URL, and whether the domain is connected to the bucket',
  };
}

const UNREACHABLE = [
  {
    codes: /^(?:ENOTFOUND|EAI_AGAIN)$/,
    cause: 'The host has no address: the custom domain is not connected, or its name is wrong.',
    fix: 'Connect it (movie-ingest deliver has the steps), or correct the public URL',
  },
  {
    codes: /CERT|TLS|SSL|ALTNAME/,
    cause: 'The certificate is not for this host, or not valid.',
    fix: 'A domain that was connected a moment ago needs some minutes; a name of two levels (a.b.example.com) needs a certificate of its own',
  },
  {
    codes: /^(?:ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/,
    cause: 'Nothing serves there.',
    fix: 'Check the public URL, and whether the server in front of the bucket runs',
  },
];
