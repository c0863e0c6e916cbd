/** Who may read a bucket's objects from pages of other origins; a request is judged by one rule. */
export type CorsRule = Readonly<{
  id?: string;
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders: readonly string[];
  exposeHeaders: readonly string[];
  maxAgeSeconds?: number | undefined;
}>;

/** What a bucket does by itself with what is old. */
export type LifecycleRule = Readonly<{
  id: string;
  isEnabled: boolean;
  /** '' for the whole bucket. */
  prefix: string;
  abortUploadsAfterDays: number | undefined;
  /** It deletes objects. */
  expires: boolean;
  /** The rule as the service gave it, to be put back unchanged. */
  raw?: unknown;
}>;
