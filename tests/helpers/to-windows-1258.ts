const TONES = '\u0300\u0301\u0303\u0309\u0323';

/** A text as Vietnamese Windows wrote it: letters whole, their tones as bytes of their own. */
export function toWindows1258(text: string): Buffer {
  const decoder = new TextDecoder('windows-1258');
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]),
  );
  const bytes = [...text.normalize('NFC')].flatMap((letter) => {
    const whole = table.get(letter);
    if (whole !== undefined) return [whole];
    const parts = [...letter.normalize('NFD')];
    const base = parts
      .filter((part) => !TONES.includes(part))
      .join('')
      .normalize('NFC');
    return [base, ...parts.filter((part) => TONES.includes(part))].map(
      (part) => table.get(part) ?? 0x3f,
    );
  });
  return Buffer.from(bytes);
}
