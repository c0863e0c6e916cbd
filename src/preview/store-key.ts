const SEGMENT = /^[a-z0-9_-][a-z0-9._-]*$/;
const SUFFIXES = ['.m3u8', '.ts', '.m4s', '.mp4', '.vtt', '.jpg', '.json'];

/**
 * The key of a stored object that the path of a request names, or undefined. Only what our own keys
 * are made of (`[a-z0-9-._/]`, below `videos/` or `posters/`, no part that begins with a dot) is a
 * key, so traversal in any dress, dotfiles, NUL and backslashes are no special cases. The path is
 * decoded once: what is still encoded after that is not a key.
 */
export function storeKey(path: string): string | undefined {
  const decoded = decodeOnce(path);
  return decoded?.startsWith('/') && isStoreKey(decoded.slice(1)) ? decoded.slice(1) : undefined;
}

/** True for what the preview may show: the shape of our keys, and a kind of file that we store. */
export function isStoreKey(key: string): boolean {
  const [root, ...rest] = key.split('/');
  return (
    (root === 'videos' || root === 'posters') &&
    rest.length > 0 &&
    rest.every((segment) => SEGMENT.test(segment)) &&
    SUFFIXES.some((suffix) => key.endsWith(suffix))
  );
}

/** Percent-decoding that answers undefined for what is no UTF-8 or no encoding at all. */
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
