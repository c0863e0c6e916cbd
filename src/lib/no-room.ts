/** What the system says when there is no room for what is to be done. */
const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ['The disk is full.', 'Make space'],
  EDQUOT: ['The disk quota of this user is used up.', 'Make space within the quota'],
  EFBIG: [
    'No file may become that large here: a limit of the shell (ulimit -f), or of the volume.',
    'Lift it: ulimit -f unlimited',
  ],
  EMFILE: ['This process may not have more files open (ulimit -n).', 'Allow more: ulimit -n 1024'],
  ENFILE: ['The whole machine has too many files open.', 'End what has them open, or allow more'],
};

/** What ffmpeg says, whose exit code says nothing. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/file too large/i, 'EFBIG'],
  [/too many open files in system/i, 'ENFILE'],
  [/too many open files/i, 'EMFILE'],
];

/** `fix` has no full stop: it may go on. */
export type NoRoom = Readonly<{ code: string; why: string; fix: string }>;

/** Why there is no room, where that is what `error`, or what caused it, says; else undefined. */
export function noRoom(error: unknown): NoRoom | undefined {
  let next = error;
  for (let depth = 0; next instanceof Error && depth < 6; depth += 1) {
    const found = reason((next as NodeJS.ErrnoException).code);
    if (found !== undefined) return found;
    next = next.cause;
  }
  return undefined;
}

/** The same by the last words of a program. */
export function noRoomIn(lines: readonly string[]): NoRoom | undefined {
  const word = WORDS.find(([pattern]) => lines.some((line) => pattern.test(line)));
  return word && reason(word[1]);
}

/** By a code such as `ENOSPC`. */
export function reason(code: unknown): NoRoom | undefined {
  if (typeof code !== 'string') return undefined;
  const found = REASONS[code];
  return found && { code, why: found[0], fix: found[1] };
}
