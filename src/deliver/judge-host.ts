import { hostOf, isDevelopmentHost } from './delivery.ts';
import type { NoAnswer, PublicAnswer, PublicFault } from './public-visit.ts';
import { isAnswer } from './public-visit.ts';

export type HostFacts = Readonly<{
  publicBaseUrl: string;
  /** What came for a film's master without a token; undefined where films are public. */
  withoutToken: PublicAnswer | NoAnswer | undefined;
}>;

/** What is wrong with the public address as such. */
export function judgeHost({ publicBaseUrl, withoutToken }: HostFacts): readonly PublicFault[] {
  const { protocol, hostname } = new URL(publicBaseUrl);
  const isHome = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return [
    ...(isDevelopmentHost(hostOf({ publicBaseUrl })) ? [DEVELOPMENT] : []),
    ...(protocol === 'http:' && !isHome ? [PLAIN_HTTP] : []),
    ...judgeOpen(withoutToken),
  ];
}

function judgeOpen(withoutToken: HostFacts['withoutToken']): readonly PublicFault[] {
  if (withoutToken === undefined || !isAnswer(withoutToken)) return [];
  if (withoutToken.status >= 300) return [];
  return [
    {
      isFatal: true,
      kind: 'bucket is open',
      what: `films are given without a link (${withoutToken.status}), although links are signed here`,
      cause:
        'The bucket itself answers at this host: it is connected to it as a custom domain, or the route of the Worker does not cover it.',
      fix: 'Take the custom domain off the bucket, switch r2.dev off, and give the host to the Worker: movie-ingest deliver has the steps',
    },
  ];
}

const DEVELOPMENT: PublicFault = {
  isFatal: false,
  kind: 'r2.dev',
  what: 'an r2.dev address is for trying out',
  cause: 'Nothing is cached there, and from some hundreds of requests a second it answers 429.',
  fix: 'Connect a custom domain (movie-ingest deliver has the steps), set it as the public URL, then: movie-ingest sync --rewrite-urls',
};

const PLAIN_HTTP: PublicFault = {
  isFatal: false,
  kind: 'no TLS',
  what: 'the public address is http://',
  cause: 'Pages on https may not load from it, and iOS apps refuse it by default.',
  fix: 'Set the public URL to https://, then: movie-ingest sync --rewrite-urls',
};
