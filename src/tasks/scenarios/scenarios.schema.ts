import replay from '../../replay/report/replay.schema.json' with {type: 'json'};

const count = {type: 'integer', minimum: 0} as const;
const share = {type: ['number', 'null'], minimum: 0, maximum: 1} as const;
const delay = {type: ['number', 'null'], minimum: 0} as const;

/** JSON Schema (draft 2020-12) of what `replay --json` prints of several scenarios, with all that it says of a run. */
export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'coldfront.scenarios/1',
  title: 'What `coldfront replay --json` prints of several scenarios',
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'workload', 'scenarios', 'rows'],
  properties: {
    schema: {const: 'coldfront.scenarios/1'},
    workload: {description: 'The file.', type: 'string'},
    scenarios: {description: 'How many there are.', type: 'integer', minimum: 2},
    rows: {
      description: 'A row a scenario and policy, scenarios in the order of the files and their lists.',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: [
          ...['scenario', 'settings', 'policy', 'invocations', 'coldShare', 'p99StartMs', 'p999StartMs'],
          ...['lostCalls', 'peakSlots', 'utilisation', 'usdPerDay', 'run'],
        ],
        properties: {
          scenario: {description: "Its file's name, or what the file calls it.", type: 'string'},
          settings: {
            description: 'What is chosen of each list in the file.',
            type: 'object',
            additionalProperties: {type: 'string'},
          },
          policy: {type: 'string'},
          invocations: {description: 'Calls that are counted.', ...count},
          coldShare: {description: 'Of the calls that started.', ...share},
          p99StartMs: {description: 'Of start delay over all calls that started, milliseconds.', ...delay},
          p999StartMs: {description: 'The same, 99.9th percentile.', ...delay},
          lostCalls: {description: 'Calls that were never served.', ...count},
          peakSlots: {description: 'Slots taken at most.', ...count},
          utilisation: {description: 'Of the slot-time that instances took, how much they were busy.', ...share},
          usdPerDay: {description: 'Dollars a day, all told.', type: 'number', minimum: 0},
          run: {description: 'All of it.', $ref: '#/$defs/run'},
        },
      },
    },
  },
  $defs: replay.$defs,
} as const;
