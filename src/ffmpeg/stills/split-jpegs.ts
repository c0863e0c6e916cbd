const END_AND_START = Buffer.from('ffd9ffd8', 'hex');

/**
 * The pictures in a row of JPEGs as `image2pipe` writes them. In coded data every 0xff is followed by a
 * zero, so an end marker and a start marker next to each other are just that.
 */
export function splitJpegs(row: Buffer): readonly Buffer[] {
  const pictures: Buffer[] = [];
  let start = 0;
  while (start < row.length) {
    const at = row.indexOf(END_AND_START, start);
    const end = at === -1 ? row.length : at + 2;
    pictures.push(row.subarray(start, end));
    start = end;
  }
  return pictures;
}
