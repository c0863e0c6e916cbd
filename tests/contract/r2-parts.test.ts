import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partSize } from '../../src/store/part-size.ts';

const MIB = 1_048_576;

/**
 * Puts one object with parts of these sizes through R2's own rules, and answers what R2 said. The parts
 * share their bytes: an isolate has 128 MB, and three objects of 100 MB hung it on a slow machine.
 */
const WORKER = `export default {
  async fetch(request, { B }) {
    const sizes = await request.json();
    const bytes = new Uint8Array(Math.max(...sizes));
    const upload = await B.createMultipartUpload('film.mp4');
    try {
      const parts = [];
      for (const [n, size] of sizes.entries()) parts.push(await upload.uploadPart(n + 1, bytes.subarray(0, size)));
      const object = await upload.complete(parts);
      return Response.json({ bytes: object.size });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

describe("R2's own rules for parts (Cloudflare's simulator)", () => {
  let worker: Miniflare;
  beforeAll(async () => {
    worker = new Miniflare({
      modules: true,
      script: WORKER,
      port: 0,
      host: '127.0.0.1',
      r2Buckets: ['B'],
      compatibilityDate: '2026-04-01',
    });
    await worker.ready;
  });
  afterAll(() => worker?.dispose());

  const upload = async (sizes: readonly number[]) => {
    const response = await fetch(await worker.ready, {
      method: 'POST',
      body: JSON.stringify(sizes),
    });
    return response.json();
  };

  it.each([64 * MIB + 1, 80 * MIB, 99 * MIB + 17])(
    'our parts of an object of %i bytes are taken',
    async (bytes) => {
      expect(await upload(partsOf(bytes))).toEqual({ bytes });
    },
  );

  it('unequal parts are refused, and so is a last part that is longer', async () => {
    expect(await upload([8 * MIB, 5 * MIB, 8 * MIB])).toEqual({
      error: expect.stringContaining('10048'),
    });
    expect(await upload([5 * MIB, 6 * MIB])).toEqual({ error: expect.stringContaining('10048') });
  });

  it('parts under 5 MiB are refused', async () => {
    expect(await upload([MIB, MIB, MIB])).toEqual({ error: expect.stringContaining('10011') });
  });
});

/** As lib-storage cuts: equal parts, and the rest. */
function partsOf(bytes: number): number[] {
  const size = partSize(bytes);
  const whole = Array.from({ length: Math.floor(bytes / size) }, () => size);
  const rest = bytes % size;
  return rest === 0 ? whole : [...whole, rest];
}
