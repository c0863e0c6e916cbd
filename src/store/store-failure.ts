import { type ErrorParts, type ExitName, IngestError } from '../errors.ts';

/**
 * What trying again could bring:
 * `permanent` nothing (wrong key, no bucket, disk full);
 * `passing`   it may be over in a moment (connection reset, 500, no network);
 * `busy`      as passing, and fewer at once would help (503, 429, timeouts);
 * `damaged`   the bytes that arrived are not those that were meant: twice more may cure a bad line,
 *             never a wrong MD5 or a file that changed.
 */
export type FailureKind = 'permanent' | 'passing' | 'busy' | 'damaged';

/** What the stores of this folder throw: an IngestError that knows whether trying again can help. */
export class StoreFailure extends IngestError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, exit: ExitName, parts: ErrorParts) {
    super(exit, parts);
    this.kind = kind;
  }
}

/** Undefined for what is no failure of a store: a bug, which never heals by waiting. */
export function failureKind(error: unknown): FailureKind | undefined {
  return error instanceof StoreFailure ? error.kind : undefined;
}

/** `Store.isPermanent` of both adapters. What they did not recognise as a failure is a bug: permanent. */
export function isPermanentFailure(error: unknown): boolean {
  return (failureKind(error) ?? 'permanent') === 'permanent';
}
