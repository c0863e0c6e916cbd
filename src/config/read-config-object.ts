import { parseJson } from './parse-json.ts';
import { readTextFile } from './read-text-file.ts';

/** What a config file that was found right says, as it says it; empty when there is none. */
export async function readConfigObject(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { found } = await readTextFile(file, file);
  return found === undefined ? {} : (parseJson(found.text).value as Record<string, unknown>);
}
