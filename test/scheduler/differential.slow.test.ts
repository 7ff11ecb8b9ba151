import {expect, test} from 'vitest';
import {flavours} from '../helpers/oracle-scenarios.ts';
import {expectAgreement} from '../helpers/oracle-table.ts';

test.each(Object.entries(flavours))('core and oracle agree on 10,000 more random workloads: %s', (_, flavour) => {
  expectAgreement(flavour, 1_000_000, 1_010_000);
  expect.assertions(0);
});
