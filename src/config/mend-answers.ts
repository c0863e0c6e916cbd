import type { Found, Layer } from './layer.ts';
import type { SettingName } from './setting-table.ts';

export type MendedAnswers = Readonly<{
  values: Layer;
  /** What was taken for what, one line each. */
  notes: readonly string[];
}>;

/** `https://<account>.eu.r2.cloudflarestorage.com/movies`, as the page of a bucket shows it. */
const R2_ENDPOINT =
  /^(?:https:\/\/)?([0-9a-f]{32})\.(?:(eu|fedramp)\.)?r2\.cloudflarestorage\.com(?:\/([a-z0-9.-]*))?\/?$/i;

/**
 * What was surely meant: R2's whole S3 endpoint is taken apart into account, jurisdiction and bucket, and
 * a public address without its scheme gets https. All else stays as it is, for the checks.
 */
export function mendAnswers(values: Layer): MendedAnswers {
  const mended = new Map(values);
  const notes: string[] = [];
  const account = values.get('r2.accountId');
  const endpoint = account && R2_ENDPOINT.exec(account.value);
  if (account && endpoint) {
    const [, id = '', jurisdiction, bucket] = endpoint;
    const parts: readonly (readonly [SettingName, string, string | undefined])[] = [
      ['r2.accountId', 'account', id],
      ['r2.jurisdiction', 'jurisdiction', jurisdiction?.toLowerCase()],
      ['r2.bucket', 'bucket', bucket || undefined],
    ];
    const taken = parts.flatMap(([name, called, value]) =>
      value === undefined ? [] : [{ name, called, value }],
    );
    for (const { name, value } of taken) mended.set(name, { ...account, value });
    if (jurisdiction === undefined) mended.delete('r2.jurisdiction');
    notes.push(
      `That is the S3 endpoint: ${taken.map(({ called }) => called).join(', ')} taken from it`,
    );
  }
  for (const name of ['r2.publicUrl', 'b2.publicUrl', 's3.publicUrl', 'publicUrl'] as const) {
    const found = values.get(name);
    if (found && isBareHost(found)) {
      mended.set(name, { ...found, value: `https://${found.value}` });
    }
  }
  return { values: mended, notes };
}

function isBareHost({ value }: Found): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/\S*)?$/i.test(value);
}
