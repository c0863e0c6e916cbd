import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the notices name the hls.js that is bundled, with its own words and the whole licence', async () => {
  const notices = await read('THIRD_PARTY_LICENSES');
  const { version } = JSON.parse(await read('node_modules/hls.js/package.json'));
  expect(notices).toContain(`hls.js ${version} (`);
  expect(notices).toContain(await read('node_modules/hls.js/LICENSE'));
  expect(notices).toContain('END OF TERMS AND CONDITIONS');
});
