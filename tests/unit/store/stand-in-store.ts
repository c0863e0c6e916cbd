import type { Store } from '../../../src/model/store.ts';
import {
  type FailureKind,
  isPermanentFailure,
  StoreFailure,
} from '../../../src/store/store-failure.ts';

/** A store that does what a test says, for faults at a chosen moment. What is not said must not be called. */
export function standInStore(parts: Partial<Store>): Store {
  const mustNot = async () => {
    throw new Error('not expected to be called');
  };
  return {
    name: 'R2 films',
    kind: 'r2',
    bucket: 'films',
    publicBaseUrl: 'https://media.example.com',
    put: mustNot,
    replace: mustNot,
    look: mustNot,
    copy: mustNot,
    readPart: mustNot,
    get: mustNot,
    list: () => {
      throw new Error('not expected to be called');
    },
    remove: mustNot,
    headers: mustNot,
    relabel: mustNot,
    openUploads: () => {
      throw new Error('not expected to be called');
    },
    abortUpload: mustNot,
    isPermanent: isPermanentFailure,
    close: async () => {},
    ...parts,
  };
}

export function failure(kind: FailureKind, what: string = kind): StoreFailure {
  return new StoreFailure(kind, 'store', { what });
}

/** A promise and its ends, for tests that decide the order of things. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything run that can run without I/O. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
