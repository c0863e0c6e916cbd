import { type Delivery, jurisdictionOf } from './delivery.ts';
import { ABORT_AFTER_DAYS, LIFECYCLE_RULE } from './lifecycle-policy.ts';

/** The commands that set the bucket's rules from the files of `deliver --out`, in their folder. */
export type ByHand = Readonly<{ cors: string; lifecycle: string }>;

/** For whom `deliver --apply` cannot: where the key may not, or the server knows no such rules. */
export function byHand(delivery: Pick<Delivery, 'kind' | 'bucket' | 'endpoint'>): ByHand {
  const { kind, bucket, endpoint } = delivery;
  if (kind === 'r2') {
    const jurisdiction = inJurisdiction(delivery);
    return {
      cors: `npx wrangler r2 bucket cors set ${bucket} --file cors.wrangler.json${jurisdiction}`,
      lifecycle: `npx wrangler r2 bucket lifecycle add ${bucket} ${LIFECYCLE_RULE.id} ${LIFECYCLE_RULE.prefix} --abort-multipart-days ${ABORT_AFTER_DAYS}${jurisdiction}`,
    };
  }
  const aws = (put: string, policy: string) =>
    `aws s3api --endpoint-url ${endpoint} put-bucket-${put} --bucket ${bucket} --${policy}`;
  return {
    cors: aws('cors', 'cors-configuration file://cors.s3.json'),
    lifecycle: aws('lifecycle-configuration', 'lifecycle-configuration file://lifecycle.json'),
  };
}

/** wrangler looks for a bucket of a jurisdiction only when told so. */
export function inJurisdiction(delivery: Pick<Delivery, 'endpoint'>): string {
  const jurisdiction = jurisdictionOf(delivery);
  return jurisdiction === undefined ? '' : ` --jurisdiction ${jurisdiction}`;
}
