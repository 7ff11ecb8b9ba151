import {azure2019} from './azure-2019/azure-2019.ts';
import {azure2021} from './azure-2021/azure-2021.ts';
import type {TraceFormat} from './format.ts';
import {csvFormat, ndjsonFormat} from './mapped/mapped.ts';

/** Every format, by the name `--format` takes. `auto` tries them in this order. */
export const traceFormats: readonly TraceFormat[] = [azure2019, azure2021, csvFormat, ndjsonFormat];
