import { byHand } from '../deliver/by-hand.ts';
import { corsLacks, withCorsRule } from '../deliver/cors-policy.ts';
import { type Delivery, hostOf, isDevelopmentHost } from '../deliver/delivery.ts';
import { lifecycleLacks, withLifecycleRule } from '../deliver/lifecycle-policy.ts';
import { IngestError } from '../errors.ts';
import type { BucketRules } from '../store/bucket-rules.ts';
import type { SetupCheck } from './check-setup.ts';

export type DeliveryParts = Readonly<{
  rules: Pick<BucketRules, 'readCors' | 'writeCors' | 'readLifecycle' | 'writeLifecycle'>;
  /** Sets what differs. */
  apply: boolean;
}>;

/**
 * Holds the bucket's CORS and lifecycle against what films need, a line for each, and sets what differs
 * where that was asked for. Rules that others made stay. What this key may not see or set is said, with
 * the way to do it by hand: that is a warning, since the bucket may well be right.
 */
export async function checkDelivery(
  delivery: Delivery,
  { rules, apply }: DeliveryParts,
): Promise<readonly SetupCheck[]> {
  const { origins } = delivery;
  const lines = byHand(delivery);
  return [
    hostCheck(delivery),
    ...(delivery.isSigned
      ? [{ ...OK, name: 'CORS', detail: 'answered by the Worker; the bucket needs none' }]
      : [
          await settle({
            name: 'CORS',
            read: () => rules.readCors(),
            lacks: (found) => corsLacks(found, origins),
            write: (found) => rules.writeCors(withCorsRule(found, origins)),
            right: `${origins.length === 0 ? 'any page' : origins.join(', ')} may read`,
            byHand: lines.cors,
            apply,
          }),
        ]),
    await settle({
      name: 'lifecycle',
      read: () => rules.readLifecycle(),
      lacks: lifecycleLacks,
      write: (found) => rules.writeLifecycle(withLifecycleRule(found)),
      right: 'unfinished uploads are aborted, and no film ends',
      byHand: lines.lifecycle,
      apply,
    }),
  ];
}

const OK = { status: 'ok' } as const;

function hostCheck(delivery: Delivery): SetupCheck {
  const host = hostOf(delivery);
  if (!isDevelopmentHost(host)) return { ...OK, name: 'host', detail: host };
  return {
    status: 'warning',
    name: 'host',
    detail: `${host} is an address for trying out`,
    cause: 'Nothing is cached there, and from some hundreds of requests a second it answers 429.',
    fix: 'Connect a custom domain (movie-ingest deliver has the steps), set it as the public URL, then: movie-ingest sync --rewrite-urls',
  };
}

type Matter<T> = Readonly<{
  name: string;
  read: () => Promise<readonly T[]>;
  lacks: (found: readonly T[]) => readonly string[];
  write: (found: readonly T[]) => Promise<void>;
  right: string;
  byHand: string;
  apply: boolean;
}>;

async function settle<T>(matter: Matter<T>): Promise<SetupCheck> {
  const { name, right, byHand: line, apply } = matter;
  try {
    const found = await matter.read();
    const lacks = matter.lacks(found);
    if (lacks.length === 0) return { ...OK, name, detail: right };
    if (!apply) {
      const fix = 'movie-ingest deliver --apply';
      return { status: 'failed', name, detail: lacks.join('; '), fix, exit: 'drift' };
    }
    await matter.write(found);
    const left = matter.lacks(await matter.read());
    if (left.length === 0) return { ...OK, name, detail: `set: ${right}` };
    return {
      status: 'failed',
      name,
      detail: left.join('; '),
      cause: 'It was set, and ours stands; what is left is in rules that others have made.',
      fix: 'Change those at the bucket: they are not ours to remove',
      exit: 'drift',
    };
  } catch (error) {
    return refused(error, { name, byHand: line });
  }
}

function refused(
  error: unknown,
  { name, byHand: line }: Pick<Matter<never>, 'name' | 'byHand'>,
): SetupCheck {
  if (!(error instanceof IngestError)) throw error;
  return {
    status: 'warning',
    name,
    detail: error.message,
    cause:
      error.exit === 'credentials'
        ? 'A key for objects may not see or set this; at R2 only an "Admin Read & Write" token may. Films need no such key.'
        : (error.why ?? ''),
    fix: `By hand: movie-ingest deliver --out DIR, and in DIR: ${line}`,
  };
}
