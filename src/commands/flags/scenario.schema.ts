import {flagsOfKey, listKeys, pairedKeys, settingKeys} from './setting-keys.ts';

const ones = ['string', 'number', 'boolean'] as const;

const others: Readonly<Record<string, object>> = {
  prices: {
    description:
      'As --prices: the name of a sheet or a file, or the prices of a sheet; those left out are 0. A list is told side by side, and in a scenario spans a grid.',
    type: ['string', 'object', 'array'],
    additionalProperties: {type: 'number'},
    items: {type: ['string', 'object'], additionalProperties: {type: 'number'}},
  },
  contention: {
    description: 'As --contention: processor-sharing, a file, or the classes themselves; a list spans a grid.',
    type: ['string', 'object', 'array'],
    items: {type: ['string', 'object']},
  },
  functions: {
    description: 'As --functions: a file, or its rows; a list of files spans a grid.',
    type: ['string', 'array'],
    items: {type: ['string', 'object']},
  },
  currency: {
    description:
      'In what costs are told where people read: EUR,rate=0.92, or these as an object. JSON and CSV tell dollars.',
    type: ['string', 'object'],
    properties: {code: {type: 'string', pattern: '^[A-Z]{3}$'}, rate: {type: ['number', 'string']}},
    required: ['code', 'rate'],
    additionalProperties: false,
  },
  isolation: {
    description:
      'What keeps classes of calls on hosts with --cores apart; goes before what the file of --contention says.',
    type: 'string',
    examples: ['none', 'separate', 'pin:A=4,B=4', 'cat', 'dedicated:A'],
  },
  detect: {
    description:
      'Who would find what neighbours slow down, of hosts with --cores: a minute of a function counts from so much on (slower=10%); what is usual is learned from each stretch for the next (learn=1d; a day, or half the span).',
    type: ['string', 'object'],
    properties: {slower: {type: 'string', examples: ['10%']}, learn: {type: 'string', examples: ['1d', '2h']}},
    additionalProperties: false,
  },
  growth: {
    description: 'Traffic that grows: 5%,per=month,until=2027-06-30[,from=DATE], or these as an object.',
    type: ['string', 'object'],
    properties: {
      rate: {type: 'string', examples: ['5%']},
      per: {enum: ['day', 'week', 'month', 'year']},
      until: {type: 'string', examples: ['2027-06-30']},
      from: {type: 'string', examples: ['2026-12-31']},
    },
    required: ['rate', 'until'],
    additionalProperties: false,
  },
  batch: {
    description:
      'Hosts of their own for long calls: hosts=20,from=30s,start=60s,usdPerGbHour=0.012 (or class=NAME; slots, memory of a host), or these as an object.',
    type: ['string', 'object'],
    properties: {
      hosts: {type: 'number'},
      slots: {type: 'number'},
      memory: {type: 'string', examples: ['64GiB']},
      from: {type: 'string', examples: ['30s']},
      class: {type: 'string'},
      start: {type: 'string', examples: ['60s']},
      usdPerGbHour: {type: 'number'},
    },
    required: ['hosts'],
    additionalProperties: false,
  },
  restart: {
    description: 'A rolling restart of all hosts: at=2h,wave=2%[,for=30s], or these as an object.',
    type: ['string', 'object'],
    properties: {
      at: {type: 'string', examples: ['2h']},
      wave: {type: ['string', 'number'], examples: ['2%', 20]},
      for: {type: 'string', examples: ['30s']},
    },
    required: ['at'],
    additionalProperties: false,
  },
};

function valueSchema(key: string): object {
  const flags = flagsOfKey(key).map((name) => `--${name}`);
  const list = listKeys.includes(key);
  const paired = pairedKeys.includes(key);
  const values = [...ones, ...(paired ? ['object'] : [])];
  const what = list ? 'a list is all of them, a list of lists spans a grid' : 'a list spans a grid';
  const items = {type: [...values, ...(list ? ['array'] : [])]};
  return others[key] ?? {description: `As ${flags.join(', ')}; ${what}.`, type: [...values, 'array'], items};
}

const valuesOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, valueSchema(key)]));

/** JSON Schema (draft 2020-12) of `coldfront.json`; the build publishes it. */
export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'coldfront.scenario/1',
  title: 'Settings that commands go by where no flag is given: coldfront.json, --profile and --scenario',
  description:
    'Keys are flags in camelCase, written as after the flag; groups are for order alone. Flags win. In a scenario a list in the place of one value spans a grid.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: {type: 'string'},
    name: {type: 'string'},
    ...valuesOf(Object.values(settingKeys).flat()),
    ...Object.fromEntries(
      Object.entries(settingKeys).map(([group, keys]) => [
        group,
        group in others
          ? others[group]
          : {
              description: 'Settings of that group.',
              // A group may share its name with one of its keys.
              type: [...((keys as readonly string[]).includes(group) ? ['string'] : []), 'object', 'array'],
              additionalProperties: false,
              properties: valuesOf(keys),
              // A list of groups spans a grid.
              items: {type: ['string', 'object'], additionalProperties: false, properties: valuesOf(keys)},
            },
      ]),
    ),
  },
};
