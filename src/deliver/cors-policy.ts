import type { CorsRule } from '../model/bucket-rules.ts';

const METHODS = ['GET', 'HEAD'];
const EXPOSED = ['Content-Length', 'Content-Range', 'ETag'];

/** What hls.js and Video.js need of a bucket that they read across origins (storage-delivery.md §3.6). */
export function corsRule(origins: readonly string[]): CorsRule {
  return {
    allowedOrigins: origins.length === 0 ? ['*'] : origins,
    allowedMethods: METHODS,
    allowedHeaders: ['Range'],
    exposeHeaders: EXPOSED,
    maxAgeSeconds: 86_400,
  };
}

/** What these pages cannot do under these rules, in words; empty when all is allowed. */
export function corsLacks(
  rules: readonly CorsRule[],
  origins: readonly string[],
): readonly string[] {
  const wanted = origins.length === 0 ? ['*'] : origins;
  return wanted.flatMap((origin) => {
    const who = origin === '*' ? 'any page' : origin;
    const own = rules.filter(({ allowedOrigins }) => allowedOrigins.some(matches(origin)));
    if (own.length === 0) return [`${who} may not read`];
    if (own.some(isEnough)) return [];
    const lacks = [
      ...METHODS.filter((it) => !own.some(({ allowedMethods }) => allowedMethods.includes(it))),
      ...(own.some(allowsRange) ? [] : ['the request header Range']),
      ...(own.some(exposesLengths) ? [] : ['a look at Content-Length and Content-Range']),
    ];
    // Each is allowed somewhere, but a request is judged by one rule.
    return [`${who} lacks ${lacks.join(', ') || 'one rule that allows all of it'}`];
  });
}

/** These rules with ours among them; rules of others stay, one of ours that is outdated goes. */
export function withCorsRule(
  rules: readonly CorsRule[],
  origins: readonly string[],
): readonly CorsRule[] {
  const own = corsRule(origins);
  const shape = (rule: CorsRule) =>
    JSON.stringify([rule.allowedMethods, rule.allowedHeaders, rule.exposeHeaders]);
  return [own, ...rules.filter((rule) => shape(rule) !== shape(own))];
}

/** `https://*.example.com`, as S3 has it: one star for anything. */
function matches(origin: string): (allowed: string) => boolean {
  return (allowed) => {
    const [head = '', tail] = allowed.split('*');
    if (tail === undefined) return allowed === origin;
    const isLongEnough = origin.length >= head.length + tail.length;
    return isLongEnough && origin.startsWith(head) && origin.endsWith(tail);
  };
}

function isEnough(rule: CorsRule): boolean {
  const hasMethods = METHODS.every((it) => rule.allowedMethods.includes(it));
  return hasMethods && allowsRange(rule) && exposesLengths(rule);
}

function allowsRange({ allowedHeaders }: CorsRule): boolean {
  return allowedHeaders.some((it) => it === '*' || it.toLowerCase() === 'range');
}

function exposesLengths({ exposeHeaders }: CorsRule): boolean {
  const exposed = exposeHeaders.map((it) => it.toLowerCase());
  return (
    exposed.includes('*') ||
    (exposed.includes('content-length') && exposed.includes('content-range'))
  );
}
