import { expect, test } from 'vitest';
import { redactTexts } from '../../../src/ui/redact-texts.ts';
import { openTestReporter } from '../../helpers/report-run.ts';

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

test('promise 8: what a reporter shows has passed the redactor', async () => {
  const run = await openTestReporter({ redact: (text) => text.replaceAll('hunter2', '***') });
  run.report({ type: 'warning', message: 'login with hunter2 failed', fix: 'not hunter2' });
  run.report({ type: 'error', exit: 1, code: 'bug', message: 'hunter2', stack: 'at hunter2' });
  expect(run.stderr()).not.toContain('hunter2');
  expect(run.stderr()).toContain('login with *** failed');
});
