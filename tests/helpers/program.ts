import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a program into `folder` that plays another one: a Node script, so that it runs with nothing
 * else on PATH. It may use `args` and `require`. Answers with its path.
 */
export function writeProgram(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `#!${process.execPath}\nconst args = process.argv.slice(2);\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
