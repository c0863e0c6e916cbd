/**
 * True when a Host header names this server. A page of a stranger whose name was made to point to
 * 127.0.0.1 (DNS rebinding) sends its own name and is refused.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const hosts = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  return hosts.includes((host ?? '').toLowerCase());
}
