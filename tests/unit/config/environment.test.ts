import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';
import { IngestError } from '../../../src/errors.ts';

describe('readEnvironment', () => {
  it('takes a copy of the environment', () => {
    const source: Record<string, string> = { PATH: '/bin' };
    const { variables } = readEnvironment(source);
    source['PATH'] = '/other';
    expect(variables['PATH']).toBe('/bin');
  });

  it('reads the process’s own when none is given', () => {
    expect(readEnvironment().variables['PATH']).toBe(process.env['PATH']);
  });

  it.each([
    [{}, { isCi: false, term: undefined, noColor: false, forceColor: false }],
    [{ CI: 'true' }, { isCi: true }],
    [{ CI: '1' }, { isCi: true }],
    [{ CI: 'false' }, { isCi: false }],
    [{ CI: '' }, { isCi: false }],
    [{ TERM: 'dumb' }, { term: 'dumb' }],
    [{ NO_COLOR: '1' }, { noColor: true }],
    [{ NO_COLOR: '0' }, { noColor: true }],
    [{ NO_COLOR: '' }, { noColor: false }],
    [{ FORCE_COLOR: '1' }, { forceColor: true }],
    [{ FORCE_COLOR: '0' }, { forceColor: false }],
    [{ MOVIE_INGEST_PROGRESS_INTERVAL: '2m' }, { progressIntervalMs: 120_000 }],
    [{ MOVIE_INGEST_PROGRESS_INTERVAL: '' }, { progressIntervalMs: undefined }],
  ])('%j', (env, ui) => {
    expect(readEnvironment(env).ui).toMatchObject(ui);
  });

  it('refuses an interval that is no duration by its name, but for the screen that tells of it', () => {
    const wrong = { MOVIE_INGEST_PROGRESS_INTERVAL: '30' };
    const refused = /^MOVIE_INGEST_PROGRESS_INTERVAL: "30" is not a duration$/;
    expect(() => readEnvironment(wrong)).toThrow(refused);
    expect(() => readEnvironment(wrong)).toThrow(IngestError);
    expect(readEnvironment(wrong, { isLenient: true }).ui.progressIntervalMs).toBeUndefined();
  });
});
