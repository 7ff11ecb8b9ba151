import {Flags} from '@oclif/core';

/** Flags of every command that forecasts. */
export const forecasterFlags = {
  contract: Flags.string({
    helpValue: 'FILE',
    summary: 'Contract of a model that carries none. [default: MODEL.contract.json]',
  }),
  quantiles: Flags.string({default: '0.5,0.9,0.975', helpValue: 'LEVELS', summary: 'Count quantiles to report.'}),
};
