/** Where the server looks for the page, both from `src` and from `dist`. */
export const PAGE_DIR: string;

/** Writes the whole page, licences included, into `outDir`. Repeating it gives the same bytes. */
export function buildPreview(
  outDir: string,
  options?: {
    /** Instead of THIRD_PARTY_LICENSES; for tests. */
    noticesFile?: string;
  },
): Promise<void>;
