import {Registry} from '../base/part.ts';
import {azure2019} from './azure-2019/azure-2019.ts';
import {azure2021} from './azure-2021/azure-2021.ts';
import type {TraceFormat} from './format.ts';
import {csvFormat, ndjsonFormat, parquetFormat} from './mapped/mapped.ts';

/** Every format, by the name `--format` takes. `auto` tries them in this order. */
export const traceFormats = new Registry<TraceFormat>({flag: '--format', one: 'format', many: 'formats'}, [
  azure2019,
  azure2021,
  csvFormat,
  ndjsonFormat,
  parquetFormat,
]);
