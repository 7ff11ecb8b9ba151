/** Azure 2021 event files beside csv-parse alone, which takes no cell apart; the bar is 400 MB/s. */
import {benchFolder, writeEvents} from './ingest-files.ts';
import {measureIngest} from './measure-ingest.ts';

await measureIngest(benchFolder(), writeEvents);
