import {inputError} from '../../base/errors.ts';
import {isRecord} from '../../files/json-values.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import {functionOfFile} from '../collect/function-of-file.ts';
import type {TraceResult} from '../format.ts';
import {functionOf, type Origin} from './origin.ts';
import {initReportIn, isReport, parseReport} from './report-text.ts';

/** An initialisation of a stream that no call has been charged with so far. */
interface PendingInit {
  readonly initUs: number;
  readonly inCall: boolean;
}

/**
 * Makes calls of Lambda's messages, text or JSON. A report comes when its call is over: handler and initialisation lie
 * before it. No word of an initialisation or a restore means that the call was warm.
 */
export class LambdaCalls {
  private readonly calls = new CallCollector({duration: true, cold: true});
  private readonly name: string | undefined;
  private readonly pending = new Map<string, PendingInit>();
  /** Functions by stream, as initialisations name them; '' of whatever stream. */
  private readonly names = new Map<string, string>();
  /** Initialisations of provisioned concurrency, for which nobody waited, by their length. */
  private readonly provisioned = new Map<number, number>();
  private readonly types = new Set<string>();
  private readonly files = new Set<string>();
  private fromFiles = false;

  constructor(functionName: string | undefined) {
    this.name = functionName;
  }

  /** Notes a function that initialisations in the file name. */
  learnName(stream: string, name: string): void {
    if (name !== '') this.names.set(stream, name);
  }

  /** Takes a message of a text log: the report of a call, of an initialisation, or something else. */
  text(file: string, origin: Origin, timeUs: number, message: string): Taken {
    this.files.add(file);
    const init = initReportIn(message);
    if (init !== undefined) this.pending.set(origin.stream, init);
    if (!isReport(message)) return NO_CALL;
    const {durationUs, initUs, restoreUs, memoryMib} = parseReport(message);
    return this.add(file, origin, timeUs, {durationUs, initUs, restoreUs, memoryMib});
  }

  /** Takes an event of the JSON log, or of the Telemetry API. */
  event(file: string, origin: Origin, event: unknown, receivedUs = Number.NaN): Taken {
    if (!isRecord(event) || typeof event.type !== 'string') return NO_CALL;
    const {type, record} = event;
    this.files.add(file);
    if (!type.startsWith('platform.')) return NO_CALL;
    this.types.add(type);
    if (!isRecord(record)) return NO_CALL;
    if (type === 'platform.initStart') this.learnName(origin.stream, textOf(record.functionName));
    if (type === 'platform.initReport') this.noteInit(origin.stream, record);
    if (type !== 'platform.report') return NO_CALL;
    const metrics = isRecord(record.metrics) ? record.metrics : {};
    const own =
      typeof event.time === 'string' || typeof event.time === 'number' ? guessTimeUs(String(event.time)) : Number.NaN;
    return this.add(file, origin, Number.isNaN(own) ? receivedUs : own, {
      durationUs: msOf(metrics.durationMs),
      initUs: this.feltInit(msOf(metrics.initDurationMs)),
      restoreUs: msOf(metrics.restoreDurationMs),
      memoryMib: numberOf(metrics.memorySizeMB),
    });
  }

  finish(source: string, notes: readonly string[]): TraceResult {
    this.refuseOthers();
    const named = this.fromFiles
      ? ['the log does not name its functions: they are called as their files are; --function says otherwise']
      : [];
    return this.calls.finish(source, [...notes, ...named]);
  }

  private add(file: string, origin: Origin, timeUs: number, its: ReturnType<typeof parseReport>): Taken {
    if (Number.isNaN(timeUs))
      return {column: 'the time', value: '', rule: 'there: a report alone does not say when it was'};
    const init = this.pending.get(origin.stream);
    this.pending.delete(origin.stream);
    let {durationUs} = its;
    let coldUs = Number.isNaN(its.initUs) ? its.restoreUs : its.initUs + (its.restoreUs > 0 ? its.restoreUs : 0);
    // An initialisation that failed or took too long is made again while the call runs, within its duration.
    if (Number.isNaN(coldUs) && init !== undefined) {
      coldUs = init.initUs;
      if (init.inCall && coldUs <= durationUs) durationUs -= coldUs;
    }
    return this.calls.add({
      name: this.nameOf(file, origin),
      timeUs,
      atEnd: true,
      durationUs,
      coldUs: startOf(!Number.isNaN(coldUs) || init !== undefined, coldUs),
      memoryMib: its.memoryMib,
    });
  }

  private nameOf(file: string, origin: Origin): string {
    const said = functionOf(origin) || (this.names.get(origin.stream) ?? this.names.get('') ?? '');
    if (said !== '' || this.name !== undefined) return said || this.name!;
    this.fromFiles = true;
    return functionOfFile(file);
  }

  private noteInit(stream: string, record: Record<string, unknown>): void {
    const initUs = msOf(isRecord(record.metrics) ? record.metrics.durationMs : undefined);
    if (record.initializationType === 'provisioned-concurrency') {
      this.provisioned.set(initUs, (this.provisioned.get(initUs) ?? 0) + 1);
    } else if (record.phase === 'invoke' || (record.status !== undefined && record.status !== 'success')) {
      this.pending.set(stream, {initUs, inCall: record.phase === 'invoke'});
    }
  }

  /** An initialisation of provisioned concurrency is reported with the first call too, which did not wait for it. */
  private feltInit(initUs: number): number {
    const unfelt = this.provisioned.get(initUs) ?? 0;
    if (unfelt === 0) return initUs;
    this.provisioned.set(initUs, unfelt - 1);
    return Number.NaN;
  }

  /** Logs of Lambda that hold no call are not without traffic: their calls are not delivered. */
  private refuseOthers(): void {
    if (this.calls.builder.calls > 0 || this.types.size === 0) return;
    const types = [...this.types].sort().join(', ');
    const place = [...this.files][0] ?? 'the log';
    if ([...this.types].some((type) => /^platform\.(invoke|requestComplete)/.test(type))) {
      throw inputError(place, `is of Lambda Web Functions or Managed Instances (${types}), whose logs are not read`);
    }
    throw inputError(
      place,
      `has no platform.report but ${types}: its calls are not delivered, which does not mean that there were none`,
      'set the system log level of the function to INFO or DEBUG',
    );
  }
}

function msOf(value: unknown): number {
  const ms = numberOf(value);
  return Number.isNaN(ms) ? ms : Math.round(ms * 1000);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
