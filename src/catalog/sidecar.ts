import { z } from 'zod';
import { cleanText } from '../lib/clean-text.ts';
import type { EditorialFields } from '../model/movie.ts';

/** What a file beside the film says of it. Texts are clean, lists short, nothing is empty. */
export type Sidecar = Partial<EditorialFields>;

export type ParsedSidecar = Readonly<{ sidecar: Sidecar; warnings: readonly string[] }>;

function text(maxLength: number) {
  return z
    .string()
    .transform((value) => cleanText(value, { maxLength }))
    .refine((value) => value !== '', 'is empty');
}

const ID_NAME = /^[a-z][a-z0-9_]{0,30}$/;

/** Lists from other programs are cut at these. */
export const MAX_NAMES = 100;
export const MAX_CAST = 500;

const names = z.array(text(200)).max(MAX_NAMES);

/** `movie.json`: the editorial fields of the document, by the same names. */
const FIELDS = {
  title: text(200),
  description: text(5_000),
  original_title: text(200),
  sort_title: text(200),
  tagline: text(500),
  year: z.int().min(1888).max(2099),
  genres: names,
  countries: names,
  directors: names,
  studios: names,
  cast: z
    .array(
      z
        .object({ name: text(200), role: text(200).optional(), order: z.int().optional() })
        .transform(withoutUndefined),
    )
    .max(MAX_CAST),
  // Keys become field names in MongoDB: no dot, no dollar sign, no prototype.
  ids: z.record(z.string().regex(ID_NAME, 'use lower-case letters'), z.union([z.int(), text(100)])),
  tags: names,
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'use a BCP-47 tag, like vi'),
} satisfies Record<keyof EditorialFields, z.ZodType>;

/** The names of the fields that editors own. */
export const EDITORIAL_FIELDS = Object.keys(FIELDS) as readonly (keyof EditorialFields)[];

/** `movie.json` as a whole; for its published schema (docs/movie.schema.json). */
export const MovieFile = z.object({ $schema: z.string(), ...FIELDS }).partial();

/** Names of ids, which become names of fields. */
export function isIdName(name: string): boolean {
  return ID_NAME.test(name);
}

/**
 * Takes from `values` each field that is right. A wrong or unknown one is left out with a warning
 * that starts with `file` and names it, because a slip in a sidecar must not keep a film out.
 */
export function parseSidecar(
  file: string,
  values: Readonly<Record<string, unknown>>,
): ParsedSidecar {
  const sidecar: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (key === '$schema') continue;
    if (!isField(key)) {
      warnings.push(`${file}: unknown field ${quote(key)} is ignored`);
      continue;
    }
    const result = FIELDS[key].safeParse(value);
    if (result.success) sidecar[key] = result.data;
    else warnings.push(`${file}: ${describeIssue(key, result.error)}; the field is ignored`);
  }
  return { sidecar, warnings };
}

function isField(key: string): key is keyof EditorialFields {
  return Object.hasOwn(FIELDS, key);
}

function describeIssue(key: string, error: z.ZodError): string {
  const issue = error.issues[0];
  const path = [
    key,
    ...(issue?.path ?? []).map((part) => cleanText(String(part), { maxLength: 40 })),
  ];
  return `${path.join('.')}: ${issue?.message ?? 'wrong'}`;
}

function quote(key: string): string {
  return JSON.stringify(cleanText(key, { maxLength: 40 }));
}

/** zod leaves `role: undefined` where BSON and exactOptionalPropertyTypes want no key at all. */
function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
