import {numberColumns, textColumns} from './columns.ts';

const written = {
  count: {type: 'integer', minimum: 0},
  number: {type: 'number', minimum: 0},
  time: {type: ['string', 'integer'], examples: ['500ms', '10m']},
  size: {type: 'string', examples: ['512MiB']},
  'yes or no': {type: ['boolean', 'string']},
} as const;

const columns = {
  function: {description: 'Name of a function; * for all of the app and owner.', type: 'string'},
  app: {type: 'string'},
  owner: {type: 'string'},
  ...Object.fromEntries(
    Object.entries(numberColumns).map(([name, {type, summary}]) => [name, {description: summary, ...written[type]}]),
  ),
  ...Object.fromEntries(
    Object.entries(textColumns).map(([name, summary]) => [name, {description: summary, type: 'string'}]),
  ),
};

const row = {
  type: 'object',
  additionalProperties: false,
  properties: columns,
} as const;

/** JSON Schema (draft 2020-12) of `--functions FILE.json`; the build publishes it. */
export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'coldfront.functions/1',
  title: 'Settings of single functions',
  description: 'The most specific row wins, field by field: function, then app, then owner, then all.',
  oneOf: [
    {type: 'array', items: {$ref: '#/$defs/row'}},
    {
      type: 'object',
      additionalProperties: false,
      required: ['functions'],
      properties: {functions: {type: 'array', items: {$ref: '#/$defs/row'}}},
    },
  ],
  $defs: {row},
} as const;
