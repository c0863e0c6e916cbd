import type { Explanation, MongoContext, MongoFailure } from './mongo-failure.ts';

/** Why no server could be spoken to: DNS, sockets, TLS, or none that fits. Undefined when unknown. */
export function explainConnection(
  failure: MongoFailure,
  { host }: MongoContext,
): Explanation | undefined {
  return CASES.find(({ applies }) => applies(failure, failure.messages.join('\n')))?.explain(host);
}

type Case = Readonly<{
  applies: (failure: MongoFailure, text: string) => boolean;
  explain: (host: string) => Explanation;
}>;

const code =
  (...codes: readonly string[]) =>
  ({ systemCode = '' }: MongoFailure) =>
    codes.includes(systemCode);

const AGAIN = 'Check the network, then run the same command again.';

/** The first that applies counts: TLS failures also carry the codes of plain sockets. */
const CASES: readonly Case[] = [
  {
    applies: (failure, text) =>
      code('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR')(failure) || /alert number 80/.test(text),
    explain: (host) => ({
      what: `${host} ended the TLS connection at once (alert 80)`,
      why: 'Atlas does so when the address of this machine is not on its list.',
      fix: 'Atlas > Network Access > Add IP Address, wait a minute, then: movie-ingest doctor',
    }),
  },
  {
    applies: code('ERR_TLS_CERT_ALTNAME_INVALID'),
    explain: (host) => ({
      what: `The certificate of ${host} is for another name`,
      fix: 'Write the name that stands in the certificate.',
    }),
  },
  {
    applies: code('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'),
    explain: (host) => ({
      what: `The certificate of ${host} is not valid today`,
      fix: 'Renew it; check the clock of this machine too.',
    }),
  },
  {
    applies: ({ systemCode = '' }) => /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)/.test(systemCode),
    explain: (host) => ({
      what: `The certificate of ${host} is signed by nobody known here`,
      fix: 'Add tlsCAFile=/path/to/ca.pem to MONGODB_URI.',
    }),
  },
  {
    applies: (_, text) => /before secure TLS|wrong version number/i.test(text),
    explain: (host) => ({
      what: `${host} does not speak TLS`,
      fix: 'Remove tls=true from MONGODB_URI.',
    }),
  },
  {
    applies: (_, text) => /maximum wire version/.test(text),
    explain: (host) => ({
      what: `MongoDB at ${host} is older than 4.4`,
      fix: 'Update the server.',
    }),
  },
  {
    applies: (failure, text) =>
      /querySrv|queryTxt/.test(text) && code('ENOTFOUND', 'ENODATA')(failure),
    explain: (host) => ({
      what: `DNS knows no MongoDB cluster ${host}`,
      why: 'The name is wrong, or the cluster is paused or deleted.',
      fix: 'Copy the connection string again: Atlas > Connect > Drivers.',
    }),
  },
  {
    applies: (_, text) => /querySrv|queryTxt/.test(text),
    explain: (host) => ({
      what: `DNS did not answer for the cluster ${host}`,
      why: 'Some resolvers block the SRV records that mongodb+srv:// needs.',
      fix: 'Use the long string that starts with mongodb:// and names each host.',
    }),
  },
  {
    applies: code('ECONNREFUSED'),
    explain: (host) => ({
      what: `Nothing listens at ${host}`,
      why: 'MongoDB does not run there, or on another port.',
      fix: 'Start it: brew services start mongodb-community, or systemctl start mongod',
    }),
  },
  {
    applies: code('ENOTFOUND', 'EAI_AGAIN'),
    explain: (host) => ({
      what: `DNS does not know ${host}`,
      fix: 'Check the host in MONGODB_URI, and the network.',
    }),
  },
  {
    applies: code('EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'),
    explain: (host) => ({ what: `There is no way to ${host}`, fix: AGAIN }),
  },
  {
    applies: code('ECONNRESET', 'EPIPE', 'ECONNABORTED'),
    explain: (host) => ({ what: `${host} broke the connection`, fix: AGAIN }),
  },
  {
    applies: ({ topology }) => topology === 'ReplicaSetNoPrimary',
    explain: (host) => ({
      what: `No primary of the replica set was found at ${host}`,
      why: 'The name in replicaSet=… is another one than the server has, or an election is on.',
      fix: 'Correct the name; for a single node, as in Docker, use directConnection=true.',
    }),
  },
  {
    applies: ({ name }, text) =>
      /connection .* (?:closed|timed out)/.test(text) || /Timeout|SelectionError/.test(name),
    explain: (host) => ({
      what: `${host} does not answer as MongoDB`,
      why: 'Something else listens there, it wants TLS, or it hangs.',
      fix: 'Check host and port in MONGODB_URI; add tls=true if the server demands it.',
    }),
  },
];
