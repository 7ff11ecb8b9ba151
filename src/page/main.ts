import {placeOf} from './chart.ts';
import {clockFrom} from './clock.ts';
import {drawFrontier} from './frontier-chart.ts';
import {unpackFunctions} from './function-figures.ts';
import {FunctionTable} from './function-table.ts';
import {drawHistory} from './history-charts.ts';
import type {PageData} from './page-data.ts';
import {drawChargeback, drawColdShares, drawForecast} from './share-charts.ts';
import {drawPlan, drawTimeline} from './time-charts.ts';

/** Draws what the page has data for; a test sees by `data-drawn` that all of it is there. */
async function drawPage(): Promise<void> {
  const data: PageData = JSON.parse(document.getElementById('data')!.textContent!);
  const clock = clockFrom(data.startMs);
  if (data.frontier) drawFrontier(data.frontier);
  if (data.plan) drawPlan(data.plan, clock);
  if (data.forecast) drawForecast(data.forecast);
  if (data.history) drawHistory(data.history);
  if (data.chargeback) drawChargeback(data.chargeback);
  if (data.timeline) await drawTimeline(data.timeline, clock);
  if (data.functions) {
    const functions = await unpackFunctions(data.functions);
    drawColdShares(functions.policies);
    const place = placeOf('functions');
    if (place) new FunctionTable(place, functions);
  }
  document.documentElement.dataset.drawn = 'yes';
}

drawPage();
