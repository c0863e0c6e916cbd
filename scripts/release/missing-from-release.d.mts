type LockEntry = {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  peer?: boolean;
  hasInstallScript?: boolean;
};

export type ReleaseState = {
  version: string | undefined;
  package: { version: string; man: string[]; repository?: string | { url: string } };
  lock: { version?: string; packages: Record<string, LockEntry> };
  changelog: string;
  /** Of `git status --porcelain`. */
  status: string;
  branch: string;
  /** Those at other commits. */
  tags: string[];
  /** Names of the pages in docs/. */
  topics: string[];
};

export const NOT_TOPICS: string[];
export function missingFromRelease(state: ReleaseState): string[];
