/** Sequence parameter sets of any even size, written from H.264 §7.3.2.1 and H.265 §7.3.2.2. */
export function writeSps(codec: 'h264' | 'hevc', width: number, height: number): string {
  return codec === 'hevc' ? hevc(width, height) : h264(width, height);
}

function h264(width: number, height: number): string {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const crop = [0, (columns * 16 - width) / 2, 0, (rows * 16 - height) / 2];
  const bits = [
    ...[expGolomb(0), expGolomb(1), expGolomb(0), expGolomb(0), '00'], // 4:2:0, 8 bits
    ...[expGolomb(0), expGolomb(2), expGolomb(1), '0'],
    ...[expGolomb(columns - 1), expGolomb(rows - 1), '11'],
    ...['1', ...crop.map(expGolomb), '0', '1'],
  ].join('');
  return `6764001f${withEmulation(bits)}`;
}

function hevc(width: number, height: number): string {
  const [columns, rows] = [8 * Math.ceil(width / 8), 8 * Math.ceil(height / 8)];
  const crop = [0, (columns - width) / 2, 0, (rows - height) / 2];
  const binary = (value: number, length: number) => value.toString(2).padStart(length, '0');
  const bits = [
    ...['0000', '000', '1'],
    ...['00', '0', binary(1, 5), binary(0x6000_0000, 32), binary(0x90, 8), '0'.repeat(40)],
    ...[binary(93, 8), expGolomb(0), expGolomb(1), expGolomb(columns), expGolomb(rows)],
    ...['1', ...crop.map(expGolomb), expGolomb(0), expGolomb(0), '1'],
  ].join('');
  return `4201${withEmulation(bits)}`;
}

export function expGolomb(value: number): string {
  const binary = (value + 1).toString(2);
  return '0'.repeat(binary.length - 1) + binary;
}

/** Bits as the hex of a NAL unit's body: 03 put in after each two zeros that precede 0 to 3. */
export function withEmulation(bits: string): string {
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) =>
    Number.parseInt(byte.padEnd(8, '0'), 2),
  );
  const body: number[] = [];
  for (const byte of bytes) {
    if (byte <= 3 && body.at(-1) === 0 && body.at(-2) === 0) body.push(3);
    body.push(byte);
  }
  return Buffer.from(body).toString('hex');
}
