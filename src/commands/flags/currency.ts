import {usageError} from '../../base/errors.ts';
import {money} from '../../base/money.ts';
import {numberAbove0} from '../../base/parameters.ts';
import {type Parameter, parseValues} from '../../base/part.ts';

/** Signs that people know; of other currencies the code stands before amounts. */
const signs: Readonly<Record<string, string>> = {USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', KRW: '₩'};

const code: Parameter<string> = {
  default: undefined,
  example: 'EUR',
  type: 'code',
  summary: 'the currency, by its three letters',
  bare: true,
  parse: (given, what) => {
    if (/^[A-Z]{3}$/.test(given)) return given;
    throw usageError(`${what} is '${given}', must be three capital letters, such as EUR`);
  },
};

const parameters = {code, rate: numberAbove0('of it for a dollar', {example: '0.92'})};

/** Reads `EUR,rate=0.92`: costs are told in it from then on where people read. `what` names the key. */
export function tellIn(given: string, what: string): void {
  const {code: name, rate} = parseValues(given, parameters, {name: 'currency', what, said: `${what} is '${given}'`});
  Object.assign(money, {sign: signs[name] ?? `${name} `, name, rate});
}
