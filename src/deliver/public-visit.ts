/** What the public address of an object answered. Headers by their lower-case names. */
export type PublicAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Of the body that came. */
  bytes: number;
  md5: string;
}>;

/** Nothing came, for a reason in words; `code` is Node's: `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
export type NoAnswer = Readonly<{ why: string; code: string }>;

/** How the object is in the store. */
export type StoredFacts = Readonly<{
  key: string;
  md5: string;
  bytes: number;
  contentType: string;
  cacheControl: string;
}>;

/** An object as viewers got it, in this order. */
export type PublicVisit = Readonly<{
  stored: StoredFacts;
  /** Without an Origin, as apps ask; only two bytes of a segment, which tells whether parts can be had. */
  phone: PublicAnswer | NoAnswer;
  asksForPart: boolean;
  /** A page's script, with its Origin; then once more, which is what a cache is for. */
  browser: PublicAnswer | NoAnswer;
  browserAgain: PublicAnswer | NoAnswer;
  /** What was sent as Origin in the two. */
  origins: readonly [string, string];
}>;

export function isAnswer(answer: PublicAnswer | NoAnswer): answer is PublicAnswer {
  return 'status' in answer;
}

/** Something that is wrong for viewers, with cause and fix. */
export type PublicFault = Readonly<{
  /** Films do not play, or not for some; otherwise they play, but at a price. */
  isFatal: boolean;
  /** Stable, and one fault however many objects have it: `no CORS`. */
  kind: string;
  what: string;
  cause: string;
  fix: string;
}>;
