// The settings as options of a command, over the environment and the file.
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  boundsOf,
  checkDatabaseUrl,
  gatherSettings,
  isList,
  judgeValue,
  readItem,
  type ServerSettings,
  type SettingName,
  type SettingRow,
  type SettingSources,
  settingRows,
  settings,
  settingsFile,
} from '../config/index.js';

/** Gives the command an option for each setting, and `--config`. */
export function addSettingOptions(command: Command): Command {
  for (const [name, row] of settingRows) {
    command.addOption(optionOf(name, row));
    // What the environment or the file turns on.
    if (row.kind === 'flag') command.addOption(new Option(`--no-${row.flag}`).hideHelp());
  }
  return command.option('--config <file>', `the file of settings (default: ${settingsFile}, where there is one)`);
}

/** What the command line says of the settings, and where else they are said. */
export function sourcesOf(command: Command): SettingSources {
  const { config, ...given } = command.opts();
  const flags = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(settings, name)));
  return { flags: flags as Partial<ServerSettings>, environment: process.env, file: config };
}

/** Where the store is: as the server of this folder and environment has it, unless the command line says otherwise. */
export function useServersStore(command: Command): void {
  const { database } = command.opts<Partial<ServerSettings>>();
  if (database !== undefined) checkDatabaseUrl(database);
  // A folder on the command line means its file, whatever the server's settings say.
  if (database !== undefined || command.getOptionValueSource('data') !== 'default') return;
  const { values } = gatherSettings({ flags: {}, environment: process.env });
  if (values.data !== undefined) command.setOptionValueWithSource('data', values.data, 'config');
  if (values.database !== undefined) command.setOptionValueWithSource('database', values.database, 'config');
}

function optionOf(name: SettingName, row: SettingRow): Option {
  const flags = row.kind === 'flag' ? `--${row.flag}` : `--${row.flag} <${row.placeholder}>`;
  const notes = [
    row.mode && `${row.mode} mode`,
    row.choices?.join(', '),
    row.range && `${row.range.join(' to ')}`,
    row.default !== undefined && `default: ${describeDefault(row.default)}`,
  ].filter(Boolean);
  const option = new Option(flags, notes.length > 0 ? `${row.description} (${notes.join('; ')})` : row.description);
  if (option.attributeName() !== name) throw new Error(`the flag --${row.flag} does not spell the setting ${name}`);
  if (row.choices) option.choices(row.choices);
  const parse = parserOf(row);
  if (parse) option.argParser(parse);
  return option;
}

function describeDefault(value: NonNullable<SettingRow['default']>): string {
  return typeof value === 'object' ? `${value.production}, with --dev ${value.development}` : String(value);
}

/** Undefined for what is taken as it is written. */
function parserOf(row: SettingRow): ((text: string, before: unknown) => unknown) | undefined {
  if (isList(row)) return (text, before) => [...((before as unknown[] | undefined) ?? []), itemOf(row, text)];
  const bounds = boundsOf(row);
  if (bounds) return (text) => wholeNumber(text, bounds);
  return row.kind === 'text' ? (text) => judged(row, text) : undefined;
}

function itemOf(row: SettingRow, text: string): unknown {
  const item = readItem(row, text);
  judged(row, [item]);
  return item;
}

function judged<T>(row: SettingRow, value: T): T {
  const wrong = judgeValue(row, value);
  if (wrong) throw new InvalidArgumentError(`It ${wrong}.`);
  return value;
}

function wholeNumber(text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
}
