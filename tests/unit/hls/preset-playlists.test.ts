import { expect, test } from 'vitest';
import { loadPreset } from '../../../src/config/load-preset.ts';
import { gate } from '../../../src/hls/gate.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { audioOf, sourceOf } from '../../helpers/source-of.ts';
import { toolchainOf } from '../../helpers/toolchain-of.ts';
import { segmentsOf } from './film-facts.ts';
import { parseStrictly } from './parse-strictly.ts';

const PRESETS = ['default', 'fast', 'quality', 'cellular', 'fmp4', 'hevc'] as const;
const LANGUAGES = [
  audioOf({ index: 1, language: 'vi' }),
  audioOf({ index: 2, language: 'en', isDefault: false }),
];

test.each(PRESETS)('%s: two strict parsers take its master and every playlist', async (name) => {
  const preset = await loadPreset(name, { cwd: '/' });
  const plan = makePlan({
    slug: 'film',
    source: sourceOf({}, { audio: LANGUAGES, durationMs: 62_000 }),
    preset,
    toolchain: toolchainOf({ codec: preset.codec }),
    encodeArgs: () => [],
  });
  const film = gate({ plan, segments: segmentsOf(plan), revision: plan.revision });
  const { hls, m3u8 } = parseStrictly(film.master);
  expect(m3u8.playlists).toHaveLength(preset.rungs.length);
  if (!hls.isMasterPlaylist) throw new Error('not a master');
  const codec = preset.codec === 'hevc' ? 'hvc1.1.6.L93.90' : 'avc1.64001f';
  const whole = hls.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  expect(new Set(whole.map(({ codecs }) => codecs))).toEqual(new Set([`${codec},mp4a.40.2`]));
  expect(film.playlists).toHaveLength(2 * preset.rungs.length + 2);
  for (const { path, text } of film.playlists) {
    const { hls: playlist } = parseStrictly(text);
    if (playlist.isMasterPlaylist) throw new Error(`${path} is a master`);
    const isFmp4 = preset.container === 'fmp4';
    expect(playlist.version, path).toBe(isFmp4 ? 7 : 6);
    const hasInit = playlist.segments.every(({ map }) => map?.uri === 'init.mp4');
    expect(hasInit, path).toBe(isFmp4);
  }
});
