import { appendFile, mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

/** Details beside these are anything that JSON can hold. */
export type JournalEntry = Readonly<
  { step: string; state: 'begun' | 'done' | 'failed'; at: Date } & Record<string, unknown>
>;

/**
 * Append-only diary of one film: a line of JSON per step begun, done or failed, for people and for
 * bug reports. Nothing is ever decided by it (DESIGN §2): deleting it loses history, not correctness.
 */
export interface Journal {
  /** In the order of the calls. Never rejects: a diary that cannot be written must not stop a film. */
  append(entry: JournalEntry): Promise<void>;
}

export type JournalOptions = Readonly<{
  dir: string;
  slug: string;
  /** Applied to every line: messages of libraries may hold what ours never do. */
  redact?: (text: string) => string;
}>;

const ROTATE_AT_BYTES = 1_048_576;
const LONGEST_LINE = 65_536;

/** `<dir>/<slug>.ndjson`, and `<slug>.1.ndjson` for what went before once it reached 1 MiB. */
export function openJournal({ dir, slug, redact = (text) => text }: JournalOptions): Journal {
  const base = path.join(dir, encodeURIComponent(slug));
  let last: Promise<void> = Promise.resolve();
  return {
    append: (entry) => {
      const line = redact(toLine(entry));
      last = last.then(() => write(base, line)).catch(() => {});
      return last;
    },
  };
}

async function write(base: string, line: string): Promise<void> {
  await mkdir(path.dirname(base), { recursive: true, mode: 0o700 });
  const file = `${base}.ndjson`;
  const end = await readEnd(file);
  if (end.bytes + Buffer.byteLength(line) > ROTATE_AT_BYTES) await rename(file, `${base}.1.ndjson`);
  // A run that was cut off may have left half a line; only that one is lost.
  await appendFile(file, end.isTorn ? `\n${line}` : line, { mode: 0o600 });
}

async function readEnd(file: string): Promise<Readonly<{ bytes: number; isTorn: boolean }>> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return { bytes: 0, isTorn: false };
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    return { bytes: size, isTorn: bytesRead === 1 && buffer[0] !== 0x0a };
  } finally {
    await handle.close();
  }
}

/** People `cat` this file: characters that steer terminals (C1, DEL) are escaped as C0 ones are. */
function toLine({ step, state, at, ...details }: JournalEntry): string {
  const head = { at, step, state };
  let text = JSON.stringify(head);
  try {
    const whole = JSON.stringify({ ...head, ...details });
    text = whole.length <= LONGEST_LINE ? whole : JSON.stringify({ ...head, isShortened: true });
  } catch {
    // a cycle or a BigInt: the step alone still says something
  }
  const spell = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${text.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, spell)}\n`;
}
