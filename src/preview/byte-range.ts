/** Both ends are included, as in HTTP. */
export type ByteRange = Readonly<{ first: number; last: number }>;

/**
 * What a `Range` header asks of an object of `bytes` (RFC 9110 §14.2): one range, `unsatisfiable`
 * (answer 416), or `whole` when there is no header or one that a server may ignore: another unit,
 * bad syntax, several ranges.
 */
export function byteRange(
  header: string | undefined,
  bytes: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return 'whole';
  if (from === '') return suffix(Number(to), bytes);
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return 'whole'; // an invalid range, which is to be ignored
  return first < bytes ? { first, last } : 'unsatisfiable';
}

function suffix(length: number, bytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || bytes === 0) return 'unsatisfiable';
  return { first: Math.max(0, bytes - length), last: bytes - 1 };
}
