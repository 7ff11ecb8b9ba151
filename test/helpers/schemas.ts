import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Ajv2020} from 'ajv/dist/2020.js';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};
export type JsonObject = {readonly [key: string]: Json};

export const jsonAt = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;

/** By the name under which each is published: `*.schema.json` as it is, what `*.schema.ts` makes from the code. */
export const schemas = new Map<string, JsonObject>();
for (const file of readdirSync(source, {recursive: true, encoding: 'utf8'})) {
  const [, name, kind] = /([^/]*\.schema\.)(json|ts)$/.exec(file) ?? [];
  if (kind === 'json') schemas.set(`${name}json`, jsonAt(join(source, file)));
  if (kind === 'ts') schemas.set(`${name}json`, (await import(join(source, file))).schema);
}
export const ajv = new Ajv2020({strict: true, allowUnionTypes: true, strictRequired: false, allErrors: true});
for (const schema of schemas.values()) ajv.addSchema(schema);

/** What is wrong with `data`, a line each; empty when it is as its schema says. */
export function complaints(id: string, data: unknown): string[] {
  const validate = ajv.getSchema(id);
  if (!validate) return [`there is no schema ${id}`];
  if (validate(data)) return [];
  return validate.errors!.map(
    ({instancePath, message, params}) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
