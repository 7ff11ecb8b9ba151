import {finiteTimeUs} from '../../base/parameters.ts';
import {coldTimeModel} from './cold-time.ts';

export const fixed = coldTimeModel({
  name: 'fixed',
  summary: 'every cold start takes the same time',
  parameters: {time: finiteTimeUs('how long', {bare: true, example: '500ms'})},
  alike: true,
  byCall: false,
  create: ({time: coldUs}) => ({
    drawUs: () => coldUs,
    meanUs: () => coldUs,
    shareAbove: (_, us) => (us < coldUs ? 1 : 0),
  }),
});
