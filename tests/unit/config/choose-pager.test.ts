import { expect, test } from 'vitest';
import { choosePager } from '../../../src/config/choose-pager.ts';

test.each([
  [{}, { command: 'less', env: { LESS: 'FRXK' } }],
  [{ PAGER: 'most -s' }, { command: 'most -s', env: { LESS: 'FRXK' } }],
  [{ LESS: '-i' }, { command: 'less', env: {} }],
  [{ PAGER: '' }, undefined],
  [{ PAGER: 'cat' }, undefined],
  [{ TERM: 'dumb' }, undefined],
])('the environment %j means the pager %j', (variables, pager) => {
  expect(choosePager(variables)).toEqual(pager);
});
