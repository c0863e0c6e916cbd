import type { FailureCause } from './player-contract.ts';

/** 0 is what a browser tells of both a dead server and a missing CORS rule. */
export function httpCause(status: number): FailureCause {
  if (status === 404 || status === 410) return 'missing';
  if (status === 401 || status === 403) return 'forbidden';
  return status >= 400 ? 'server' : 'unreachable';
}
