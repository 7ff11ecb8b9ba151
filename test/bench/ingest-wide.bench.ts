/** Azure 2019 day files beside csv-parse alone, which takes no cell apart; the bar is 250 MB/s. */
import {benchFolder, writeWide} from './ingest-files.ts';
import {measureIngest} from './measure-ingest.ts';

await measureIngest(benchFolder(), writeWide);
