/** What links that expire are signed with, and checked with at the edge (`edge/worker.js`). */
export type LinkKey = Readonly<{
  /** Stands in every link, so that several keys can be valid at once. */
  id: string;
  /** At least 32 bytes. */
  secret: Uint8Array;
}>;

/** A digest of SHA-256 has as many: a shorter secret would be the weaker half. */
export const LINK_SECRET_MIN_BYTES = 32;

export function isLinkKeyId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,16}$/.test(text);
}

/**
 * The secret in the form in which it is configured everywhere: standard base64 with its padding.
 * Undefined for anything else: decoders differ in what they make of other forms, and then signer and
 * Worker would hold different secrets.
 */
export function readLinkSecret(text: string): Uint8Array | undefined {
  const secret = Buffer.from(text, 'base64');
  return writeLinkSecret(secret) === text ? secret : undefined;
}

export function writeLinkSecret(secret: Uint8Array): string {
  return Buffer.from(secret).toString('base64');
}
