/**
 * True when a Host header names this server. A page of a stranger whose name was made to point to
 * 127.0.0.1 (DNS rebinding) sends its own name and is refused. 10.0.2.2 is this machine as the Android
 * emulator calls it: an address, which nobody can point elsewhere.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  const names = ['127.0.0.1', 'localhost', '[::1]', '10.0.2.2'];
  const hosts = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  return hosts.includes((host ?? '').toLowerCase());
}

/** True for pages that this machine serves itself, as an app under development is. */
export function isOwnOrigin(origin: string | undefined): boolean {
  return /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\]|10\.0\.2\.2)(:\d+)?$/.test(origin ?? '');
}
