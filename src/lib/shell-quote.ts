/** Characters that no shell gives a meaning; zsh looks up a word that starts with `=`. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;
/** Control and format characters (ESC, bidi overrides): would act on the terminal that shows them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * A command line that can be pasted into a shell and means exactly these words. It is printable as it
 * stands: words with control characters are written as `$'…'` with octal bytes (bash, zsh, ksh and
 * POSIX 2024; octal because bash 3.2 of macOS knows no `\u`). It does not know options: a file name
 * that starts with `-` needs `--` or `./` from the caller.
 */
export function shellQuote(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!UNPRINTABLE.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const inside = [...word].map((char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    return UNPRINTABLE.test(char) ? octalBytes(char) : char;
  });
  return `$'${inside.join('')}'`;
}

function octalBytes(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
