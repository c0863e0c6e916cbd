import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { signLink } from '../../examples/nextjs/lib/sign-link.ts';
import { signHlsUrl } from '../fixtures/hls-signer-twin.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const { vectors } = JSON.parse(readFileSync(join(ROOT, 'edge/test-vectors.json'), 'utf8')) as {
  vectors: readonly (Record<'secret' | 'kid' | 'url' | 'link', string> & { exp: number })[];
};
const links = vectors.map(({ link }) => link);

/** Debian's and Apple's `javac` may be a stub that asks for a JDK. */
const hasJdk = !(await execa('javac', ['-version'], { reject: false })).failed;

describe('the signers of the examples make the links of the published vectors', () => {
  test('Next.js: examples/nextjs/lib/sign-link.ts', () => {
    const made = vectors.map((it) => signLink(it.url, { id: it.kid, secret: it.secret }, it.exp));
    expect(made).toEqual(links);
    expect(() => signLink('https://a.test/posters/a.jpg', { id: 'k', secret: '' }, 1)).toThrow();
  });

  test.skipIf(!hasJdk)('Spring Boot: HlsSigner.java, compiled and run', async () => {
    const out = makeTempDir('java');
    const signer = 'examples/spring-boot/src/main/java/com/example/movies/HlsSigner.java';
    const caller = 'tests/fixtures/java/SignLines.java';
    await execa('javac', ['-Xlint:all', '-Werror', '-d', out, signer, caller], { cwd: ROOT });
    const input = vectors.map(({ secret, kid, exp, url }) => `${secret} ${kid} ${exp} ${url}`);
    const { stdout } = await execa('java', ['-cp', out, 'SignLines'], { input: input.join('\n') });
    expect(stdout.split('\n')).toEqual(links);
  });
  if (!hasJdk) skipLoudly('the Java signer: no JDK (apt-get install default-jdk-headless)');

  test('Dart: by a twin in TypeScript that has every line of examples/flutter/hls_signer.dart', () => {
    const made = vectors.map((it) => signHlsUrl(it.url, it.kid, it.secret, it.exp));
    expect(made).toEqual(links);
    const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
    const [, body = ''] =
      /\) \{\n(.*)\n\}\n$/s.exec(read('examples/flutter/hls_signer.dart')) ?? [];
    const quoted = [...read('tests/fixtures/hls-signer-twin.ts').matchAll(/^ {2}\/\/( {3}.*)$/gm)];
    expect(quoted.map(([, line = '']) => line.slice(1)).join('\n')).toBe(body);
  });
});
