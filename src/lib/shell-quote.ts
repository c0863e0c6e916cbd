/** Characters that no shell gives a meaning; zsh looks up a word that starts with `=`. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;
/** Control and format characters (ESC, bidi overrides): would act on the terminal that shows them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * A command line that can be pasted into a shell and means exactly these words. It is printable as it
 * stands: words with control characters are written as `"$(printf '…')"` with octal bytes, which every
 * shell reads (`$'…'` is unknown to dash, the sh of Debian). It does not know options: a file name that
 * starts with `-` needs `--` or `./` from the caller.
 */
export function shellQuote(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!UNPRINTABLE.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const inside = [...word].map((char, index) => {
    if (char === '\\') return '\\\\';
    if (char === '%') return '%%';
    if (char === "'") return `'\\''`;
    // `!` calls up history between double quotes, a leading `-` options of printf.
    const isSpecial = char === '!' || (index === 0 && char === '-');
    return isSpecial || UNPRINTABLE.test(char) ? octalBytes(char) : char;
  });
  // The shell takes line ends off the end of what a command says: there, and only there, `$'…'`.
  return word.endsWith('\n') ? dollarQuote(word) : `"$(printf '${inside.join('')}')"`;
}

function dollarQuote(word: string): string {
  const inside = [...word].map((char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    return UNPRINTABLE.test(char) ? octalBytes(char) : char;
  });
  return `$'${inside.join('')}'`;
}

function octalBytes(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
