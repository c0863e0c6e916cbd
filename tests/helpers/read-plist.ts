import { resolve } from 'node:path';
import { execa } from 'execa';
import { skipLoudly } from './skip-loudly.ts';

const DTD = resolve(import.meta.dirname, '../fixtures/property-list.dtd');
const PLISTLIB =
  'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';

const isThere = async (program: string) =>
  !(await execa('sh', ['-c', `command -v ${program}`], { reject: false })).failed;
const [hasPlutil, hasXmllint, hasPython] = await Promise.all(
  ['plutil', 'xmllint', 'python3'].map(isThere),
);

/** Whether there is anything here to read one with. */
export const canReadPlist = hasPlutil === true || hasPython === true;

if (!hasXmllint && !hasPlutil) {
  skipLoudly('property lists against a DTD: no xmllint (apt-get install libxml2-utils)');
}

/**
 * A property list as others read it, not we: on a Mac `plutil`, after its own `-lint`; elsewhere Python's
 * plistlib, after xmllint has held it against the DTD, where there is one: plistlib takes an element
 * that it does not know for none. Throws for what is no property list.
 */
export async function readPlist(text: string): Promise<Record<string, unknown>> {
  if (hasPlutil) {
    await execa('plutil', ['-lint', '-'], { input: text });
    const json = await execa('plutil', ['-convert', 'json', '-o', '-', '-'], { input: text });
    return JSON.parse(json.stdout);
  }
  if (hasXmllint) {
    // Nothing is fetched: the address in its DOCTYPE is Apple's.
    const args = ['--nonet', '--noout', '--nowarning', '--dtdvalid', DTD, '-'];
    await execa('xmllint', args, { input: text });
  }
  return JSON.parse((await execa('python3', ['-c', PLISTLIB], { input: text })).stdout);
}
