import type { MovieChange } from './merge-movie.ts';
import { isPlainObject } from './to-document.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What MongoDB would make of the change: a new document, `existing` untouched. */
export function applyChange(existing: Fields | undefined, change: MovieChange): Fields {
  const document = { ...(existing ?? change.setOnInsert) };
  for (const [path, value] of Object.entries(change.set)) put(document, path.split('.'), value);
  for (const path of change.unset) put(document, path.split('.'), undefined);
  return document;
}

/** Groups are copied before they are changed; `undefined` removes. */
function put(
  document: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length > 0) {
    const group = document[name];
    const copy = isPlainObject(group) ? { ...group } : {};
    put(copy, rest, value);
    document[name] = copy;
  } else if (value === undefined) delete document[name];
  else document[name] = value;
}
