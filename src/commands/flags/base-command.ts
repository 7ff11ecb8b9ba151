import {stripVTControlCharacters} from 'node:util';
import {Command, type Interfaces} from '@oclif/core';
import {ExitCode, UserError, usageError} from '../../base/errors.ts';
import {money} from '../../base/money.ts';
import type {Period} from '../../base/period.ts';
import {type Printed, printed, type TableView, tableView} from '../../base/report-table.ts';
import {terminal} from '../../base/terminal.ts';
import {printable, printableLines, visibleJson} from '../../base/text.ts';
import {writeScreen, writeStdout} from '../../files/stdout.ts';
import {readBatchPool} from '../../fleet/batch.ts';
import {readDetect} from '../../fleet/contention/detect.ts';
import {readRestart} from '../../fleet/restart.ts';
import type {Listener} from '../../tasks/listener.ts';
import type {ReportFile} from '../../tasks/report-file.ts';
import {readGrowth} from '../../tasks/scaling/growth.ts';
import type {Progress} from '../../ui/progress.ts';
import {tellIn} from './currency.ts';
import type {Parsed} from './filled-flags.ts';
import {meant} from './first-words.ts';
import {valuesOf} from './platform-flags.ts';
import {type ErrorLike, errorJson, exitCodeOf, makeSayable, stackOf} from './said-error.ts';
import {type Scenario, scenariosOf} from './scenarios.ts';
import {type WithSettings, withSettingsFile} from './settings-file.ts';

/**
 * What all commands share: `--json`, exit codes as the README lists them, `--debug`. stdout carries the result and nothing else; `note` and `warn` write to stderr.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  private quiet = false;
  /** What a command that may take a while is said to do: `planning`. Undefined: it is done at once. */
  static readonly doing: string | undefined = undefined;
  /** What of its results no currency changes. */
  static readonly tellsDollars: string | undefined = undefined;
  /** The span of dollars where --per says none. */
  static readonly usualPer: Period = 'day';
  /** Whether several scenarios make a run each. */
  static readonly spansGrids: boolean = false;
  /** Flags without which it is done at once after all. */
  static readonly slowWith: readonly string[] = [];
  private drawn: Progress | undefined;
  /** What oclif has parsed. */
  private given: Parsed | undefined;
  /** What `--scenario` asks for, in order; none where it is not given. */
  protected scenarios: readonly Scenario[] = [];
  /** Flags as they were given, for commands that read them anew on several platforms. */
  protected texts: Parsed | undefined;
  /** What files of settings and `--set` said of them. */
  protected settings: WithSettings | undefined;

  override async init(): Promise<void> {
    await super.init();
    this.quiet = this.argv.some((arg) => arg === '--quiet' || /^-[a-z]*q[a-z]*$/.test(arg));
    if (this.argv.includes('--no-color')) process.env.NO_COLOR = '1';
    // COLUMNS is what a shell knows of the terminal, and what scripts ask for.
    const {COLUMNS, NO_COLOR, TERM} = process.env;
    const columns = process.stdout.isTTY ? process.stdout.columns : Number(COLUMNS);
    terminal.width = columns >= NARROWEST ? columns : Number.POSITIVE_INFINITY;
    terminal.colour = Boolean(process.stdout.isTTY) && !NO_COLOR && TERM !== 'dumb';
    if (this.argv.includes('--markdown')) Object.assign(terminal, inFiles, {markdown: true});
    await this.showProgress();
  }

  /** As oclif's, with value flags read: first what oclif finds wrong is said, then the first value that cannot be read. */
  protected override async parse<
    F extends Record<string, unknown>,
    B extends Record<string, unknown>,
    A extends Record<string, unknown>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    this.given = parsed;
    const files = parsed.flags.scenario as readonly string[] | undefined;
    if (files !== undefined) this.scenarios = scenariosOf(this.ctor.flags, files);
    const {spansGrids} = this.ctor as typeof BaseCommand;
    if (this.scenarios.length > 1 && !spansGrids) {
      throw usageError(
        `--scenario makes ${this.scenarios.length} scenarios, and ${this.id} takes one`,
        'coldfront replay runs them all',
      );
    }
    return {...parsed, flags: this.flagsIn(this.scenarios[0]) as typeof parsed.flags};
  }

  /** What the flags are in a scenario; from then on it is the one in force. */
  protected flagsIn(scenario: Scenario | undefined): object {
    this.settings = withSettingsFile(this.ctor.flags, this.given!, scenario?.said);
    this.texts = this.settings.parsed;
    const {growth, isolation, detect, currency, batch, restart} = this.settings.flagless;
    if (currency !== undefined) {
      const {tellsDollars} = this.ctor as typeof BaseCommand;
      if (tellsDollars === undefined) tellIn(currency, 'currency');
      else this.note(`${tellsDollars} tells dollars, whatever the currency`);
    }
    const values = {
      ...valuesOf(this.ctor.flags, this.texts),
      ...(growth !== undefined && {growth: readGrowth(growth, 'growth')}),
      ...(isolation !== undefined && {isolation}),
      ...(detect !== undefined && {detect: readDetect(detect, 'detect')}),
      ...(batch !== undefined && {batch: readBatchPool(batch, 'batch')}),
      ...(restart !== undefined && {restart: readRestart(restart, 'restart')}),
    };
    money.per = (values as {per?: Period}).per ?? (this.ctor as typeof BaseCommand).usualPer;
    if ('csv' in this.ctor.flags) tableView.asked = askedOfTables(values);
    return values;
  }

  /** What goes to stdout under --json; nothing when the command has put its result elsewhere. */
  override logJson(json: unknown): void {
    if (json !== undefined) writeStdout(`${visibleJson(JSON.stringify(json, undefined, 2))}\n`);
  }

  /** A line on stdout, unless the result is JSON. */
  override log(text = ''): void {
    if (!this.jsonEnabled()) writeScreen(`${text}\n`);
  }

  /** A line on stderr, unless --quiet. */
  protected note(text: string): void {
    if (this.quiet) return;
    this.drawn?.wipe();
    process.stderr.write(`${printableLines(text)}\n`);
  }

  /** Whom tasks speak to: remarks go to stderr, as do timings that were asked for; progress only to a terminal. */
  protected listener({timing = false}: {timing?: boolean} = {}): Listener {
    return {
      timing: timing ? (line) => process.stderr.write(`${printable(line)}\n`) : undefined,
      remark: (line) => this.note(line),
      ...(this.drawn ? showing(this.drawn) : {}),
    };
  }

  /**
   * Prints a result as people read it or, where its tables are told apart, as they are asked for; itself under --json; on
   * stderr, as one line of JSON, where the artifact `out` has stdout to itself.
   */
  protected present<R>(
    report: R,
    forms: ((report: R) => string) | Printed<R>,
    out: string | undefined = undefined,
  ): R | undefined {
    const text = (): string => (typeof forms === 'function' ? forms(report) : printed(report, forms));
    if (out !== '-') {
      if (this.jsonEnabled()) return report;
      if (tableView.asked.csv) writeStdout(text());
      else writeScreen(text());
      return report;
    }
    if (this.jsonEnabled()) process.stderr.write(`${visibleJson(JSON.stringify(report))}\n`);
    else if (!this.quiet) process.stderr.write(tableView.asked.csv ? text() : printableLines(text()));
    return undefined;
  }

  /** Where the report of `reportFlags` goes; undefined: to stdout as JSON, which is oclif's to print. */
  protected reportFile({out, csv}: {out: string; csv: boolean}): ReportFile | undefined {
    if (out !== '-') Object.assign(terminal, inFiles);
    if (!this.jsonEnabled()) return {path: out, form: csv ? 'csv' : 'text'};
    return out === '-' ? undefined : {path: out, form: 'json'};
  }

  /** Progress begins before flags are read: from then on no work is too busy for it. */
  private async showProgress(): Promise<void> {
    const {doing, slowWith} = this.ctor as typeof BaseCommand;
    const isSlow = slowWith.length === 0 || this.argv.some((arg) => slowWith.includes(arg.split('=')[0]!));
    const at = this.argv.findIndex((arg) => /^--progress(=|$)/.test(arg));
    const asked = at < 0 ? 'auto' : (this.argv[at]!.split('=')[1] ?? this.argv[at + 1]);
    const help = this.argv.some((arg) => ['--help', '-h'].includes(arg));
    if (doing === undefined || !isSlow || help || !(asked === 'json' || (asked === 'auto' && this.interactive))) return;
    const {showProgress} = await import('../../ui/progress.ts');
    this.drawn = showProgress(asked === 'json' ? 'json' : 'line', process.stderr.columns || 80);
    this.drawn.begin(doing);
    // Whatever is written takes the place of the line.
    terminal.wipe = () => this.drawn?.end();
  }

  /** Wipes progress: the result comes, or somebody else draws. */
  protected endProgress(): void {
    this.drawn?.end();
    this.drawn = undefined;
  }

  /** True when progress may be drawn: stderr is a terminal that can redraw, and nobody asked for silence. */
  private get interactive(): boolean {
    return Boolean(process.stderr.isTTY) && !this.quiet && !process.env.CI && process.env.TERM !== 'dumb';
  }

  protected override async catch(error: ErrorLike): Promise<unknown> {
    this.endProgress();
    const exit = exitCodeOf(error);
    process.exitCode = exit;
    if (exit === ExitCode.usage && !(error instanceof UserError)) this.shorten(error);
    // run.ts says it.
    if (!this.jsonEnabled()) throw error;
    const stack = stackOf(error);
    makeSayable(error);
    this.logJson(this.toErrorJson(error, stack));
    return undefined;
  }

  /** What oclif says of flags takes several lines, and all of `--help` after them: one line, and where help is. */
  private shorten(error: ErrorLike): void {
    const [said] = stripVTControlCharacters(error.message).split(/\n(?:\n|See more help)/);
    const [first, ...more] = said!.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
    error.message = /errors? occurred:$/.test(first!) ? more.join('; ') : [first, ...more].join(' ');
    const flags = Object.keys(this.ctor.flags);
    // `Expected --format=azur to be one of: azure-2019, azure-2021`
    const choice = /^Expected (--[\w-]+)=(.*) to be one of: ([^:]*)$/s.exec(error.message);
    const ofChoices = choice === null ? [] : meant(choice[2]!, choice[3]!.split(', '));
    if (choice !== null) {
      const listed = ofChoices.length === 0 && choice[3]!.length <= LISTED;
      error.message = `${choice[1]} is '${choice[2]}', ${listed ? `must be one of ${choice[3]}` : 'which is none of its choices'}`;
    }
    // `Flag --format expects one of these values: azure-2019, azure-2021`: it stands alone.
    const alone = /^Flag (--[\w-]+) expects one of these values: (.*)$/s.exec(error.message);
    if (alone !== null) {
      const listed = alone[2]!.length <= LISTED;
      error.message = `${alone[1]} stands alone, must have a value${listed ? `: one of ${alone[2]}` : ''}`;
    }
    const near = (error.flags ?? []).flatMap((flag) => meant(flag.replace(/^-+/, ''), flags, '--'));
    error.suggestions = [...ofChoices, ...near, `${this.config.bin} ${this.id?.replaceAll(':', ' ')} --help`];
    error.showHelp = false;
  }

  protected override toErrorJson(error: ErrorLike, stack?: string): unknown {
    return errorJson(error, stack);
  }
}

/** What the flags say of tables. */
function askedOfTables({csv, table, sort, columns, top}: Readonly<Record<string, unknown>>): TableView {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    csv: csv === true,
    table: text(table),
    sort: text(sort),
    columns: text(columns),
    top: typeof top === 'number' ? top : undefined,
  };
}

/** Below this nothing could be told; such a width is a mistake. */
const NARROWEST = 40;
const inFiles = {width: Number.POSITIVE_INFINITY, colour: false};

/** Characters of a list of choices that a line has room for. */
const LISTED = 100;

/** What tasks tell of their progress, as it is shown. */
function showing(shown: Progress): Listener {
  return {
    status: (line) => shown.begin(line ?? ''),
    progress: async (doing, total, unit, parts, part) => {
      shown.begin(doing, total, unit, parts, part);
      return {advance: (amount) => shown.advance(amount), stop: async () => shown.begin('')};
    },
  };
}
