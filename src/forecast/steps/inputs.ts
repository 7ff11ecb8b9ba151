import {features, writeFeatures} from '../features/features.ts';
import type {CallHistory} from '../history.ts';
import type {ElementName} from '../onnx/session.ts';
import {channelNamed} from './channels.ts';
import {
  channelsBeside,
  type FeaturesInput,
  type LagsInput,
  type SeriesInput,
  type StepContract,
  stepMinutesOf,
} from './contract.ts';
import {type Axis, type Extents, parseLayout} from './layout.ts';
import type {RowTensor} from './tensors.ts';
import {transformed} from './transform.ts';

/** An input tensor that a contract asks for: what it is called and how it lies. */
export interface InputShape {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly extents: Extents;
  /** Whether the contract leaves the layout open, so that the model's number of sides decides. */
  readonly open?: boolean;
  /** The type that the contract names; undefined: as the model declares it. */
  readonly type: ElementName | undefined;
}

/** Turns histories into rows of the model's inputs. */
export interface InputWriter {
  readonly tensors: readonly RowTensor[];
  /** Writes the row that `history` stands at; returns the scale of `mean-scale`. Allocates nothing. */
  write(history: CallHistory, row: number): number;
}

/** The inputs that a contract asks for, the one with the calls first. */
export function inputShapes(contract: StepContract): InputShape[] {
  const {input} = contract;
  if (input.kind === 'series') return seriesShapes(input, contract.horizonSteps);
  const columns = input.kind === 'lags' ? input.lags.length + (input.calendar?.length ?? 0) : input.features.length;
  return [{name: input.name, axes: ['rows', 'channels'], extents: {channels: columns}, type: input.dtype}];
}

function seriesShapes(input: SeriesInput, steps: number): InputShape[] {
  const axes = parseLayout(input.layout)!;
  const extents = {time: input.window, channels: 1 + channelsBeside(input).length};
  const shapes: InputShape[] = [{name: input.name, axes, extents, type: input.dtype}];
  if (input.mask !== undefined) {
    const {name, layout} = typeof input.mask === 'string' ? {name: input.mask, layout: undefined} : input.mask;
    const maskAxes = layout === undefined ? axes : parseLayout(layout)!;
    shapes.push({name, axes: maskAxes, extents: {time: input.window}, type: undefined});
  }
  for (const {name, layout, channels} of separate(input)) {
    const covariateAxes = parseLayout(layout ?? 'rows,time,channels')!;
    const sizes = {time: input.window, steps, channels: channels.length};
    shapes.push({name: name!, axes: covariateAxes, extents: sizes, type: undefined, open: layout === undefined});
  }
  return shapes;
}

/** Covariates that are inputs of their own. */
function separate(input: SeriesInput) {
  return (input.covariates ?? []).filter(({name}) => name !== undefined && name !== input.name);
}

/** What fills those tensors, in the order of `inputShapes`. */
export function inputWriter(contract: StepContract, tensors: readonly RowTensor[]): InputWriter {
  const {input} = contract;
  const minutes = stepMinutesOf(contract);
  if (input.kind === 'series') return new SeriesWriter(input, minutes, tensors);
  if (input.kind === 'lags') return lagsWriter(input, minutes, tensors);
  return featuresWriter(input, tensors);
}

/** The last `window` steps before the minute ahead, oldest first, and what goes with each. */
class SeriesWriter implements InputWriter {
  readonly tensors: readonly RowTensor[];
  private readonly input: SeriesInput;
  private readonly minutes: number;
  private readonly counts: Float64Array; // [step]
  private readonly stride: number;
  private readonly sides: readonly Side[];

  constructor(input: SeriesInput, minutes: number, tensors: readonly RowTensor[]) {
    this.input = input;
    this.minutes = minutes;
    this.tensors = tensors;
    this.counts = new Float64Array(input.window);
    const [series, ...rest] = tensors;
    this.stride = series!.stride('time');
    const sides = [new Side(series!, channelsBeside(input), 1, input.window)];
    if (input.mask !== undefined) sides.push(new Side(rest.shift()!, ['known'], 0, input.window));
    for (const {channels} of separate(input)) sides.push(new Side(rest.shift()!, channels, 0, input.window));
    this.sides = sides;
  }

  write(history: CallHistory, row: number): number {
    const {counts, input, minutes} = this;
    const total = fillSteps(history, minutes, counts);
    const scale = 1 + total / counts.length;
    const series = this.tensors[0]!;
    const stride = this.stride;
    const none = transformed(input.transform, 0, scale);
    for (let t = 0, at = row * series.rowStride; t < counts.length; t++, at += stride) {
      series.set(at, counts[t] === 0 ? none : transformed(input.transform, counts[t]!, scale));
    }
    for (const side of this.sides) side.write(history, row, minutes);
    return scale;
  }
}

/** Calls in each of the last steps, those before time 0 none; returns all of them together. */
export function fillSteps(history: CallHistory, minutes: number, counts: Float64Array): number {
  const from = history.now - counts.length * minutes;
  let total = 0;
  counts.fill(0);
  for (let i = history.entries - 1; i >= 0 && history.minute[i]! >= from; i--) {
    counts[Math.floor((history.minute[i]! - from) / minutes)]! += history.count[i]!;
    total += history.count[i]!;
  }
  return total;
}

/** Channels of a tensor along the steps looked back at, along those ahead, or once a row. */
class Side {
  private readonly tensor: RowTensor;
  private readonly channels: readonly ((history: CallHistory, minute: number) => number)[];
  private readonly first: number;
  private readonly length: number;
  /** Steps from the minute ahead to the first one written. */
  private readonly from: number;
  private readonly stride: number;
  private readonly channelStride: number;

  /** The channels begin at place `first` of the tensor's own. */
  constructor(tensor: RowTensor, channels: readonly string[], first: number, window: number) {
    this.tensor = tensor;
    this.channels = channels.map(channelNamed);
    this.first = first;
    this.channelStride = tensor.stride('channels');
    const back = tensor.has('time');
    this.length = back ? window : tensor.lengthOf('steps');
    this.from = back ? -window : 0;
    this.stride = tensor.stride(back ? 'time' : 'steps');
  }

  write(history: CallHistory, row: number, minutes: number): void {
    const {channels, channelStride, first, from, length, stride, tensor} = this;
    const at = row * tensor.rowStride;
    for (let c = 0; c < channels.length; c++) {
      const channel = channels[c]!;
      for (let t = 0; t < length; t++) {
        const value = channel(history, history.now + (from + t) * minutes);
        tensor.set(at + t * stride + (first + c) * channelStride, value);
      }
    }
  }
}

/** Chosen lags and the calendar of the step ahead. */
function lagsWriter(
  {calendar, lags, transform}: LagsInput,
  minutes: number,
  tensors: readonly RowTensor[],
): InputWriter {
  const tensor = tensors[0]!;
  const channels = (calendar ?? []).map(channelNamed);
  return {
    tensors,
    write(history, row) {
      let at = row * tensor.rowStride;
      for (const lag of lags) tensor.set(at++, transformed(transform, stepBefore(history, lag, minutes), 1));
      for (const channel of channels) tensor.set(at++, channel(history, history.now));
      return 1;
    },
  };
}

/** Calls in the step that began `lag` steps before the minute ahead. */
function stepBefore(history: CallHistory, lag: number, minutes: number): number {
  const from = history.now - lag * minutes;
  return from + minutes <= 0 ? 0 : history.callsBetween(Math.max(0, from), from + minutes);
}

function featuresWriter({features: names, scaling}: FeaturesInput, tensors: readonly RowTensor[]): InputWriter {
  const tensor = tensors[0]!;
  const columns = names.map((name) => features.findIndex((own) => own.name === name));
  const own = new Float32Array(features.length);
  return {
    tensors,
    write(history, row) {
      writeFeatures(history, own, 0);
      const at = row * tensor.rowStride;
      for (let j = 0; j < columns.length; j++) {
        const value = own[columns[j]!]!;
        tensor.set(at + j, scaling === 'graph' ? value : (value - scaling.offset[j]!) * scaling.factor[j]!);
      }
      return 1;
    },
  };
}
