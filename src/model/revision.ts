/** One revision that can be switched to. */
export type Revision = Readonly<{
  revision: string;
  /** Viewers have it. */
  isCurrent: boolean;
  publishedAt: Date;
  preset: string;
  renditions: readonly string[];
  objects: number;
  bytes: number;
  /** Everything that its manifest names is in the store, in its size. */
  isWhole: boolean;
}>;
