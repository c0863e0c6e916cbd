export type LinkToken = Readonly<{ expiresAt: Date }>;

/** The `mi1` token in an address (`/t/<key id>.<expiry>.<depth>.<signature>/…`), if it has one. */
export function linkToken(url: string): LinkToken | undefined {
  const path = new URL(url, location.href).pathname;
  const expiry = /^\/t\/[\w-]{1,16}\.(\d{10})\.[1-9]\.[\w-]{43}\//.exec(path)?.[1];
  return expiry === undefined ? undefined : { expiresAt: new Date(Number(expiry) * 1_000) };
}
