import { expect, test } from 'vitest';
import { redactTexts } from '../../../src/ui/redact-texts.ts';

test('promise 8: every text of an event is redacted, however deep; the rest stays', () => {
  const event = {
    type: 'summary',
    added: 1,
    failed: [{ file: 'a', message: 'login with hunter2' }],
    retry: undefined,
    exit: 3,
  };
  expect(redactTexts(event, (text) => text.replaceAll('hunter2', '***'))).toEqual({
    ...event,
    failed: [{ file: 'a', message: 'login with ***' }],
  });
  expect(event.failed[0]?.message).toContain('hunter2'); // a copy
});
