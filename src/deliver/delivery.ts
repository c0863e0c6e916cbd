/** What the way from the bucket to viewers is made from. No secret is in it. */
export type Delivery = Readonly<{
  /** Cloudflare's steps are for R2; of others only what every S3 has can be said. */
  kind: 'r2' | 'b2' | 's3';
  bucket: string;
  /** `https://<account>.r2.cloudflarestorage.com`. */
  endpoint: string;
  /** Where viewers read, without a slash at the end. */
  publicBaseUrl: string;
  /** Pages that may play; empty: any. */
  origins: readonly string[];
  /** Films are for whoever has a link (`edge/worker.js`), not for everybody. */
  isSigned: boolean;
}>;

export function hostOf({ publicBaseUrl }: Pick<Delivery, 'publicBaseUrl'>): string {
  return new URL(publicBaseUrl).host;
}

/** R2's address for trying out: no cache, and 429 from some hundreds of requests a second. */
export function isDevelopmentHost(host: string): boolean {
  return host === 'r2.dev' || host.endsWith('.r2.dev');
}

/** `eu` of a bucket that is found at its own endpoint alone. */
export function jurisdictionOf({ endpoint }: Pick<Delivery, 'endpoint'>): string | undefined {
  return /\.([a-z]+)\.r2\.cloudflarestorage\.com$/.exec(new URL(endpoint).hostname)?.[1];
}
