import { z } from 'zod';
import { closest } from './closest.ts';
import type { JsonDocument } from './parse-json.ts';
import type { Problem } from './problem.ts';

type Options = Readonly<{
  /** For people: `~/.config/movie-ingest/config.json`. */
  file: string;
  document: JsonDocument;
  schema: z.ZodType;
}>;

/** zod's findings as problems that name file, line and key. Values are never quoted. */
export function describeIssues(error: z.ZodError, options: Options): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...issue.path, key], options))
      : [wrongValue(issue, options)],
  );
}

function unknownKey(path: readonly PropertyKey[], { file, document, schema }: Options): Problem {
  const known = keysAt(schema, path.slice(0, -1)).filter((key) => key !== '$schema');
  const meant = closest(String(path.at(-1)), known);
  return {
    what: `${file} line ${document.lineOf(path)}: ${keyName(path)} is not known`,
    fix: meant === undefined ? `Known are ${known.join(', ')}` : `Did you mean "${meant}"?`,
  };
}

function wrongValue(issue: z.core.$ZodIssue, { file, document }: Options): Problem {
  const key = issue.path.length === 0 ? 'the whole' : keyName(issue.path);
  return {
    what: `${file} line ${document.lineOf(issue.path)}: ${key} is not right`,
    why: issue.message,
  };
}

/** `rungs[0].maxKbps`. */
function keyName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}

type SchemaNode = Readonly<{ properties?: Record<string, SchemaNode>; items?: SchemaNode }>;

/** Through JSON Schema, which has plain properties where zod has wrappers around wrappers. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node: SchemaNode | undefined = z.toJSONSchema(schema, { io: 'input' }) as SchemaNode;
  for (const part of path) {
    node = typeof part === 'number' ? node?.items : node?.properties?.[String(part)];
  }
  return Object.keys(node?.properties ?? {});
}
