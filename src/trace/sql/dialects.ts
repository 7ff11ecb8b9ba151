import {Registry} from '../../base/part.ts';
import type {SqlDialect} from './dialect.ts';
import {athena} from './dialects/athena.ts';
import {bigquery} from './dialects/bigquery.ts';
import {clickhouse} from './dialects/clickhouse.ts';
import {duckdb} from './dialects/duckdb.ts';
import {spark} from './dialects/spark.ts';

/** Every engine that `--print-sql` writes for. */
export const sqlDialects = new Registry<SqlDialect>({flag: '--print-sql', one: 'dialect', many: 'dialects'}, [
  duckdb,
  clickhouse,
  spark,
  athena,
  bigquery,
]);
