import {Flags} from '@oclif/core';
import {reportedQuantiles} from '../../forecast/horizons.ts';
import {parseMinutes, parseQuantiles} from '../../forecast/parse-windows.ts';
import {valueFlag} from './value-flags.ts';

/** A window that is forecast: whole minutes. */
export const minutesFlag = valueFlag(parseMinutes);

/** Ascending levels between 0 and 1. */
export const quantilesFlag = valueFlag(parseQuantiles);

/** Flags of every command that forecasts. */
export const forecasterFlags = {
  contract: Flags.string({
    helpValue: 'FILE',
    summary: 'Contract of a model that carries none. [default: MODEL.contract.json]',
  }),
  quantiles: quantilesFlag({
    default: reportedQuantiles.join(','),
    helpValue: 'LEVELS',
    summary: 'Count quantiles to report.',
  }),
};
