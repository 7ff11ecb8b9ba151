import {topics} from './topics.ts';

const scalar = {type: ['string', 'number', 'boolean', 'null']} as const;

const verdict = {
  type: 'object',
  additionalProperties: false,
  required: ['code', 'text'],
  properties: {
    code: {description: 'Stable word for scripts.', type: 'string', pattern: '^[a-z-]+$'},
    text: {type: 'string', minLength: 1},
  },
} as const;

/** JSON Schema (draft 2020-12) of what a `tradeoff` command prints under --json; the build publishes it. */
export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'coldfront.tradeoff/1',
  title: 'Answer to one of the trade-off questions',
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'topic', 'inputs', 'verdict', 'answers', 'sensitivity', 'tables'],
  properties: {
    schema: {const: 'coldfront.tradeoff/1'},
    topic: {enum: Object.keys(topics)},
    inputs: {
      description: 'Every flag with its value: a number, text where it carries a unit, null where left out.',
      type: 'object',
      additionalProperties: {type: ['number', 'string', 'null']},
    },
    verdict: {description: 'Of the trace, where one is given.', ...verdict},
    prices: {
      description:
        'The sheet that the dollars go by, and where its figures come from; left out where a topic asks for none.',
      type: 'object',
      additionalProperties: false,
      required: ['sheet', 'source', 'asOf', 'recalled', 'given'],
      properties: {
        sheet: {description: 'Name of the sheet, or its file.', type: 'string', minLength: 1},
        source: {description: "Whose list it is; null: nobody's.", type: ['string', 'null']},
        asOf: {description: 'When its figures were taken from there.', type: ['string', 'null']},
        recalled: {
          description: 'Fields that nobody could read on a price page.',
          type: 'array',
          items: {type: 'string'},
        },
        given: {
          description: "Fields that were given singly, in the sheet's place.",
          type: 'array',
          items: {type: 'string'},
        },
      },
    },
    simulation: {
      description: 'With --simulate: what the scheduler core made of the same inputs, beside the laws.',
      type: 'object',
      additionalProperties: false,
      required: ['setup', 'seed', 'runs', 'calls', 'rows'],
      properties: {
        setup: {description: 'What was replayed.', type: 'string', minLength: 1},
        seed: {description: 'Of every draw.', type: 'number'},
        runs: {description: 'Replays in all.', type: 'number'},
        calls: {description: 'Calls in all of them.', type: 'number'},
        rows: {
          description: 'The pair of id and scenario is unique.',
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['id', 'unit', 'text', 'law', 'replayed', 'within'],
            properties: {
              id: {
                description: 'That of the answer, or a further number of the same question.',
                type: 'string',
                pattern: '^E[1-9]\\.[1-9]\\.[a-zA-Z0-9]+$',
              },
              scenario: {description: 'Which case, where a quantity has several.', type: 'string', minLength: 1},
              unit: {type: 'string'},
              text: {type: 'string', minLength: 1},
              law: {description: 'In the unit; null where no law says it.', type: ['number', 'null']},
              replayed: {description: 'In the unit; null where nothing came of it.', type: ['number', 'null']},
              within: {
                description: 'Half of the 95 % interval of what was replayed; null: it was replayed once.',
                type: ['number', 'null'],
              },
              why: {description: 'Why the two differ.', type: 'string', minLength: 1},
            },
          },
        },
      },
    },
    textbook: {description: 'With a trace: the verdict without it, which the sensitivity is about.', ...verdict},
    answers: {
      description: 'The pair of id and scenario is unique.',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'value', 'unit', 'text', 'method'],
        properties: {
          id: {
            description: 'Number of the question and name of the quantity.',
            type: 'string',
            pattern: '^E[1-9]\\.[1-9]\\.[a-zA-Z0-9]+$',
          },
          scenario: {description: 'Which case, where a question has several.', type: 'string', minLength: 1},
          scenarioUnit: {type: 'string'},
          value: {
            description: 'In the unit; null where unbounded or undefined at these inputs.',
            type: ['number', 'null'],
          },
          unit: {type: 'string'},
          text: {type: 'string', minLength: 1},
          method: {type: 'string', minLength: 1},
        },
      },
    },
    sensitivity: {
      description: 'Inputs that alone flip the verdict, the nearest flip first.',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['input', 'value', 'unit', 'verdict', 'text'],
        properties: {
          input: {description: 'The flag without dashes.', type: 'string', pattern: '^[a-z0-9-]+$'},
          value: {description: 'The value at which the verdict is another.', type: 'number'},
          unit: {type: 'string'},
          verdict: {type: 'string', pattern: '^[a-z-]+$'},
          text: {type: 'string', minLength: 1},
        },
      },
    },
    tables: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'title', 'columns', 'total', 'rows'],
        properties: {
          id: {type: 'string', pattern: '^[a-z-]+$'},
          title: {type: 'string'},
          columns: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['key', 'unit', 'head'],
              properties: {key: {type: 'string'}, unit: {type: 'string'}, head: {type: 'string'}},
            },
          },
          total: {description: 'Rows there are; --top leaves some out.', type: 'number'},
          rows: {type: 'array', items: {type: 'object', additionalProperties: scalar}},
        },
      },
    },
  },
} as const;
