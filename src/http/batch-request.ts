// The body of a `$batch` request → its parts, in the steps in which they can be carried out.
// (Graph: JSON batching; OData JSON 4.01, section 19)
import { GraphError } from '../base/index.js';
import type { Structure, Value } from '../edm/index.js';
import { graphOrigins, readJsonObject } from '../odata/index.js';

/** Most requests of one batch, as in Graph. */
const maximumParts = 20;
/** Longest id, name of a group and URL, in UTF-16 code units. */
const maximumIdLength = 128;
const maximumUrlLength = 8192;
/** The same of a link to a next page, which is longer than the URL of the page before. */
export const maximumLinkLength = 32 * 1024;

export interface BatchPart {
  /** As it was sent; answered in kind. */
  readonly id: string | number;
  readonly method: string;
  /** Path and query, beginning with the version; or why there is none. */
  readonly url: string | GraphError;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One part, or those of one atomicity group, which are carried out together or not at all. */
export interface BatchStep {
  /** The part's id, or the group's name. */
  readonly name: string;
  readonly atomic: boolean;
  readonly parts: readonly BatchPart[];
  /** Ids of the parts that must succeed first. */
  readonly dependsOn: readonly string[];
}

interface Entry {
  readonly part: BatchPart;
  readonly name: string;
  readonly group: string | undefined;
  readonly dependsOn: readonly string[];
  /** `requests[3]` */
  readonly where: string;
}

/** Refuses: what `readJsonObject` refuses, `batchTooLarge`, `batchInvalid` with the place that is wrong. */
export function readBatch(text: string, ownOrigins: readonly string[]): readonly BatchStep[] {
  const { requests, ...others } = readJsonObject(text);
  const unknown = Object.keys(others).find((name) => !name.includes('@'));
  if (unknown !== undefined) throw invalid(unknown, 'a batch has requests and nothing else');
  if (!Array.isArray(requests)) throw invalid('requests', 'it must be an array of requests');
  if (requests.length === 0) throw invalid('requests', 'there is none');
  if (requests.length > maximumParts) {
    throw new GraphError('batchTooLarge', { target: 'requests', values: { limit: maximumParts } });
  }
  const entries = requests.map((value, index) => readEntry(value, `requests[${index}]`, ownOrigins));
  const names = new Set<string>();
  for (const { name, where } of entries) {
    if (names.has(name)) throw invalid(`${where}/id`, `another request has the id '${name}', too`);
    names.add(name);
  }
  const steps = stepsOf(entries, names);
  checkOrder(entries, steps);
  return steps;
}

/** Whether the path is that of a batch: `/beta/$batch`. */
export function isBatchUrl(url: string): boolean {
  return /^\/+beta\/+(?:\$|%24)batch\/?(?:[?#]|$)/i.test(url);
}

const members: ReadonlySet<string> = new Set(['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup']);

function readEntry(value: unknown, where: string, ownOrigins: readonly string[]): Entry {
  if (!isObject(value)) throw invalid(where, 'it must be an object');
  const unknown = Object.keys(value).find((name) => !members.has(name) && !name.includes('@'));
  if (unknown !== undefined) throw invalid(`${where}/${unknown}`, 'a request has no such member');
  const { id, method, url, headers, body, dependsOn, atomicityGroup } = value;
  const name = readId(id, `${where}/id`);
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  if (!/^[A-Z]{1,16}$/.test(verb)) throw invalid(`${where}/method`, 'it must be the name of a method');
  const group = atomicityGroup === undefined || atomicityGroup === null ? undefined : atomicityGroup;
  if (group !== undefined && (typeof group !== 'string' || group === '' || group.length > maximumIdLength)) {
    throw invalid(`${where}/atomicityGroup`, 'it must be the name of a group');
  }
  if (group !== undefined && !['POST', 'PATCH', 'PUT', 'DELETE'].includes(verb)) {
    throw invalid(`${where}/method`, 'in an atomicity group there are changes alone');
  }
  return {
    part: {
      id: id as string | number,
      method: verb,
      url: readUrl(url, `${where}/url`, ownOrigins),
      headers: readHeaders(headers, `${where}/headers`),
      // A binary body would be a text in base64; nothing here takes one, which its Content-Type will show.
      body: body === undefined || body === null ? '' : JSON.stringify(body),
    },
    name,
    group,
    dependsOn: readDependencies(dependsOn, `${where}/dependsOn`),
    where,
  };
}

function readId(id: unknown, where: string): string {
  if (Number.isSafeInteger(id)) return String(id);
  if (typeof id === 'string' && id !== '' && id.length <= maximumIdLength) return id;
  throw invalid(where, `it must be a text of 1 to ${maximumIdLength} characters, or an integer`);
}

function readUrl(given: unknown, where: string, ownOrigins: readonly string[]): string | GraphError {
  if (typeof given !== 'string' || given === '' || /[^\S ]|[\\\p{Cc}]/u.test(given)) {
    throw invalid(where, 'it must be a URL on one line');
  }
  const limit = /[?&](?:\$|%24)?skiptoken=/i.test(given) ? maximumLinkLength : maximumUrlLength;
  if (given.length > limit) throw invalid(where, `it is longer than the limit of ${limit} characters`);
  // Filters are written here as they are read.
  const url = given.replaceAll(' ', '%20');
  const [origin] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url) ?? [];
  if (origin === undefined && /^\/\/|^[a-z][a-z0-9+.-]*:/i.test(url)) throw invalid(where, 'it is another kind of URL');
  if (origin !== undefined && !graphOrigins.has(origin.toLowerCase()) && !ownOrigins.includes(origin.toLowerCase())) {
    return new GraphError('bindForeign', { target: 'url', values: { property: 'url', host: origin } });
  }
  const rooted = origin === undefined && !/^\/?(?:beta|v1\.0)(?:[/?#]|$)/i.test(url);
  const whole = rooted ? `/beta/${url.replace(/^\//, '')}` : `/${url.slice(origin?.length ?? 0).replace(/^\//, '')}`;
  if (isBatchUrl(whole)) throw invalid(where, 'a batch cannot be part of another one');
  return whole;
}

/** Of no meaning where a request is a JSON object: they tell how bytes are sent, and to whom. */
const transportHeaders: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

function readHeaders(value: unknown, where: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalid(where, 'it must be an object');
  const headers: Record<string, string> = {};
  for (const [given, text] of Object.entries(value)) {
    const name = given.toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw invalid(`${where}/${given}`, 'it is no name of a header');
    if (typeof text !== 'string' || /[^\t\x20-\x7e\x80-\xff]/.test(text)) {
      throw invalid(`${where}/${given}`, 'it must be a text that a header can have');
    }
    if (Object.hasOwn(headers, name)) throw invalid(`${where}/${given}`, 'it is given twice');
    if (!transportHeaders.has(name)) headers[name] = text;
  }
  return headers;
}

function readDependencies(value: unknown, where: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(where, 'it must be an array of ids');
  if (value.length > 2 * maximumParts) throw invalid(where, `it has more than ${2 * maximumParts} ids`);
  return [...new Set(value.map((id: unknown, index) => readId(id, `${where}[${index}]`)))];
}

/** The parts as steps, in their order. Those of a group must stand together, and depend on none behind them in it. */
function stepsOf(entries: readonly Entry[], names: ReadonlySet<string>): BatchStep[] {
  const steps: (BatchStep & { parts: BatchPart[]; dependsOn: string[] })[] = [];
  for (const { part, name, group, dependsOn, where } of entries) {
    const last = steps.at(-1);
    if (group === undefined) {
      steps.push({ name, atomic: false, parts: [part], dependsOn: [...dependsOn] });
    } else if (last?.atomic && last.name === group) {
      last.parts.push(part);
      for (const id of dependsOn) last.dependsOn.push(id);
    } else {
      if (steps.some((step) => step.atomic && step.name === group)) {
        throw invalid(`${where}/atomicityGroup`, `the requests of the group '${group}' must stand together`);
      }
      if (names.has(group)) throw invalid(`${where}/atomicityGroup`, `a request has the id '${group}', too`);
      steps.push({ name: group, atomic: true, parts: [part], dependsOn: [...dependsOn] });
    }
  }
  return steps;
}

/** Refuses dependencies on what is not there, on itself, and in circles. */
function checkOrder(entries: readonly Entry[], steps: readonly BatchStep[]): void {
  const places = new Map(entries.map(({ name }, index) => [name, index]));
  for (const [index, { dependsOn, where, group }] of entries.entries()) {
    for (const id of dependsOn) {
      const other = places.get(id);
      if (other === undefined && !steps.some(({ atomic, name }) => atomic && name === id)) {
        throw invalid(`${where}/dependsOn`, `there is no request '${id}'`);
      }
      if (other === index || id === group) throw invalid(`${where}/dependsOn`, 'a request cannot depend on itself');
      if (other !== undefined && other > index && group !== undefined && entries[other]?.group === group) {
        throw invalid(`${where}/dependsOn`, `the request '${id}' comes later in the same group`);
      }
    }
  }
  const done = new Set<BatchStep>();
  for (let ready = true; ready; ) {
    const next = steps.find((step) => !done.has(step) && dependencies(step, steps).every((other) => done.has(other)));
    ready = next !== undefined;
    if (next) done.add(next);
  }
  const stuck = steps.find((step) => !done.has(step));
  if (stuck) throw invalid('requests', `'${stuck.name}' depends on itself in a circle`);
}

/** The other steps that must succeed before the step. */
export function dependencies(step: BatchStep, steps: readonly BatchStep[]): readonly BatchStep[] {
  const names = (other: BatchStep): string[] => [
    ...other.parts.map(({ id }) => String(id)),
    ...(other.atomic ? [other.name] : []),
  ];
  return steps.filter((other) => other !== step && names(other).some((name) => step.dependsOn.includes(name)));
}

function isObject(value: unknown): value is Structure & Record<string, Value | undefined> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(target: string, reason: string): GraphError {
  return new GraphError('batchInvalid', { target, values: { place: target, reason } });
}
