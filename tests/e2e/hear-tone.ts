import type { Page } from 'playwright-core';

/**
 * The loudest tone of what the film's element plays just now, in Hz, to the nearest 20; 0 for silence. It
 * may be mute: this is before its volume. Somebody must have clicked in the page, or no sound flows.
 */
export function hearTone(page: Page): Promise<number> {
  return page.evaluate<number>(HEAR);
}

/** Once per page; a film that is captured twice stutters. */
const HEAR = `(async () => {
  const ear = (window.ear ??= (() => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(document.querySelector('video').captureStream()).connect(analyser);
    return { context, analyser };
  })());
  await ear.context.resume();
  const levels = new Float32Array(ear.analyser.frequencyBinCount);
  ear.analyser.getFloatFrequencyData(levels);
  const loudest = levels.indexOf(Math.max(...levels));
  if (loudest < 1 || levels[loudest] < -60) return 0;
  const hertz = (loudest * ear.context.sampleRate) / ear.analyser.fftSize;
  return Math.round(hertz / 20) * 20;
})()`;
