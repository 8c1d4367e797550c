// Where settings come from: the command line over the environment over a file, and what is wrong with each, by its place.
import { existsSync } from 'node:fs';
import { nearest, readWholeSync, reasonOf } from '../base/index.js';
import { conflictsOf, SettingsError } from './complete.js';
import { placeOfSyntaxError, placesIn } from './json-places.js';
import { type ServerSettings, type SettingName, settingRow, settingRows, settings } from './settings.js';
import { judgeValue, readText, wrongItem } from './value.js';

/** The file that is read when it is in the working folder and none is named. */
export const settingsFile = 'offshoot.config.json';

/** Names the file, as `--config` does. */
const fileVariable = 'OFFSHOOT_CONFIG';
const prefix = 'OFFSHOOT_';

export interface SettingSources {
  /** What the command line says; its values have been judged. */
  readonly flags: Partial<ServerSettings>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file that the command line names. */
  readonly file?: string | undefined;
}

export interface SettingProblem {
  /** `offshoot.config.json:3:14`, `OFFSHOOT_PORT`, or `--port`. */
  readonly place: string;
  /** A sentence without its full stop. */
  readonly reason: string;
}

export interface GatheredSettings {
  readonly values: Partial<ServerSettings>;
  /** Where each value is from; as the place of a problem. */
  readonly places: ReadonlyMap<SettingName, string>;
  /** The file that was read. */
  readonly file: string | undefined;
  readonly problems: readonly SettingProblem[];
}

interface Source {
  readonly values: ReadonlyMap<SettingName, { readonly value: unknown; readonly place: string }>;
  readonly problems: readonly SettingProblem[];
}

/** The variable of a setting: `OFFSHOOT_HTTP_PORT` for `--http-port`. */
export function variableOf(flag: string): string {
  return `${prefix}${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Everything that is said, the nearest source's word for each setting, and everything that is wrong with it. */
export function gatherSettings({ flags, environment, file }: SettingSources): GatheredSettings {
  const named = file ?? (environment[fileVariable] || undefined);
  const path = named ?? (existsSync(settingsFile) ? settingsFile : undefined);
  const sources = [path === undefined ? nothing : fromFile(path), fromEnvironment(environment), fromFlags(flags)];
  const chosen = new Map(sources.flatMap(({ values }) => [...values]));
  const problems = sources.flatMap((source) => source.problems);
  const values = Object.fromEntries([...chosen].map(([name, { value }]) => [name, value])) as Partial<ServerSettings>;
  const places = new Map([...chosen].map(([name, { place }]) => [name, place]));
  // What goes together is worth asking only of values that are right.
  const conflicts = problems.length > 0 ? [] : conflictsOf(values);
  const placed = conflicts.map(({ setting, reason }) => {
    return { place: places.get(setting) ?? `--${settings[setting].flag}`, reason };
  });
  return { values, places, file: path, problems: [...problems, ...placed] };
}

/** What is said of the settings. Refuses (SettingsError) everything that is wrong with it, one line for each. */
export function readSettings(sources: SettingSources): Partial<ServerSettings> {
  const { values, problems } = gatherSettings(sources);
  if (problems.length > 0) throw new SettingsError(problems.map(describeProblem).join('\n'));
  return values;
}

/** `offshoot.config.json:3:14: port must be …`; a flag's reason names it already. */
export function describeProblem({ place, reason }: SettingProblem): string {
  return place.startsWith('--') ? reason : `${place}: ${reason}`;
}

const nothing: Source = { values: new Map(), problems: [] };

function fromFlags(flags: Partial<ServerSettings>): Source {
  const given = settingRows.filter(([name]) => flags[name] !== undefined);
  return {
    values: new Map(given.map(([name, { flag }]) => [name, { value: flags[name], place: `--${flag}` }])),
    problems: [],
  };
}

/** A variable that is set to nothing is not set. One that begins as ours and is none is refused: it may be misspelt. */
function fromEnvironment(environment: SettingSources['environment']): Source {
  const values: [SettingName, { value: unknown; place: string }][] = [];
  const problems: SettingProblem[] = [];
  const variables = new Map(settingRows.map(([name, row]) => [variableOf(row.flag), { name, row }]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || variable === fileVariable || !text) continue;
    const known = variables.get(variable);
    if (!known) {
      const meant = nearest(
        variable.slice(prefix.length),
        [...variables.keys()].map((name) => name.slice(prefix.length)),
      );
      problems.push({ place: variable, reason: `it names no setting.${meant.replace("'", `'${prefix}`)}` });
      continue;
    }
    const value = readText(known.row, text);
    const wrong = judgeValue(known.row, value);
    if (wrong) problems.push({ place: variable, reason: `it ${wrong}, not '${text}'` });
    else values.push([known.name, { value, place: variable }]);
  }
  return { values: new Map(values), problems };
}

/** The keys are the settings' names, in camel case; `$schema` is for editors. */
function fromFile(path: string): Source {
  const alone = (place: string, reason: string): Source => ({ values: new Map(), problems: [{ place, reason }] });
  let text: string;
  try {
    text = readWholeSync(path).replace(/^\uFEFF/, '');
  } catch (error) {
    return alone(path, `it cannot be read: ${reasonOf(error)}`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return alone(`${path}:${placeOfSyntaxError(text, error)}`, 'it is not JSON from here on');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return alone(path, 'it must be one JSON object');
  }
  const places = placesIn(text);
  const placeOf = (key: string): string => `${path}:${places.of.get(key) ?? '1:1'}`;
  const values: [SettingName, { value: unknown; place: string }][] = [];
  const problems: SettingProblem[] = places.repeated.map(({ key, place }) => {
    return { place: `${path}:${place}`, reason: `${key} is given twice` };
  });
  for (const [key, value] of Object.entries(content)) {
    if (key === '$schema') continue;
    const row = settingRow(key);
    if (!row) {
      problems.push({
        place: placeOf(key),
        reason: `there is no setting '${key}'.${nearest(key, Object.keys(settings))}`,
      });
      continue;
    }
    const wrong = judgeValue(row, value);
    const item = wrong === undefined ? -1 : wrongItem(row, value);
    const place = placeOf(item < 0 ? key : `${key}[${item}]`);
    if (wrong) problems.push({ place, reason: `${key} ${wrong}` });
    else values.push([key as SettingName, { value, place }]);
  }
  return { values: new Map(values), problems };
}
