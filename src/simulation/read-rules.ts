// JSON → rules: strictly, each refusal with the place that is wrong.
import { GraphError, nearest } from '../base/index.js';
import { type Effect, type Rule, type RuleSet, simulatedErrors, simulatedLicenses, usualSeed } from './rule.js';

/** Most rules at once, and the longest name and path. */
const mostRules = 100;
const longestName = 64;
const longestPath = 512;
/** In seconds and milliseconds. */
const longestRetryAfter = 3600;
const longestWait = 60_000;

type Members = Readonly<Record<string, unknown>>;

/** Refuses: `unknownProperty`, `wrongType`, `simulationInvalid`. */
export function readRuleSet(value: unknown): RuleSet {
  const members = readMembers(value, '', ['seed', 'rules']);
  const { seed = usualSeed, rules = [] } = members;
  if (!Array.isArray(rules)) throw wrongType('rules', 'an array of rules', rules);
  if (rules.length > mostRules) throw invalid('rules', `there are more than ${mostRules}`);
  return {
    seed: readWhole(seed, 'seed', 0, 2 ** 32 - 1),
    rules: rules.map((rule: unknown, index) => readRule(rule, `rules[${index}]`)),
  };
}

const effects = {
  throttle: (value, place) => ({ kind: 'throttle', retryAfter: readWhole(value, place, 0, longestRetryAfter) }),
  error: (value, place) => {
    const statuses = [...simulatedErrors.keys()];
    if (typeof value !== 'number') throw wrongType(place, 'a status', value);
    if (!simulatedErrors.has(value)) throw invalid(place, `it must be one of ${statuses.join(', ')}`);
    return { kind: 'error', status: value, retryAfter: undefined };
  },
  latency: (value, place) => {
    const [least, most, ...more] = Array.isArray(value) ? (value as unknown[]) : [value, value];
    if (Array.isArray(value) && (value.length !== 2 || more.length > 0)) {
      throw invalid(place, 'a range has two numbers, the least and the most');
    }
    const range = { least: readWhole(least, place, 0, longestWait), most: readWhole(most, place, 0, longestWait) };
    if (range.least > range.most) throw invalid(place, 'the least comes before the most');
    return { kind: 'latency', ...range };
  },
  license: (value, place) => {
    const license = simulatedLicenses.find((each) => each === value);
    if (!license) throw invalid(place, `it must be one of ${simulatedLicenses.join(', ')}`);
    return { kind: 'license', license };
  },
  eventualDelay: (value, place) => ({ kind: 'eventualDelay', milliseconds: readWhole(value, place, 1, longestWait) }),
} as const satisfies Readonly<Record<string, (value: unknown, place: string) => Effect>>;

const effectNames = Object.keys(effects) as readonly (keyof typeof effects)[];
/** What a rule tells of itself, which a rule that is set may say and nobody reads. */
const told = ['matched', 'applied'];
const ruleMembers = ['name', 'method', 'path', 'share', 'times', ...effectNames, 'retryAfter', ...told];

/** `place` stands before the names of members in refusals. As `readRuleSet`. */
export function readRule(value: unknown, place = ''): Rule {
  const at = (name: string): string => (place === '' ? name : `${place}/${name}`);
  const members = readMembers(value, place, ruleMembers);
  const named = effectNames.filter((name) => members[name] !== undefined);
  const [name, ...more] = named;
  if (!name || more.length > 0) {
    throw invalid(at(named[1] ?? effectNames[0] ?? ''), `a rule has one of ${effectNames.join(', ')}`);
  }
  const effect = withRetryAfter(effects[name](members[name], at(name)), members.retryAfter, at('retryAfter'));
  const methods = readMethods(members.method, at('method'));
  if (effect.kind === 'eventualDelay' && methods?.some((method) => method !== 'GET' && method !== 'HEAD')) {
    throw invalid(at('method'), 'GET and HEAD alone answer an earlier state');
  }
  return {
    name: readText(members.name, at('name'), longestName),
    methods,
    path: readPath(members.path, at('path')),
    share: readShare(members.share ?? 1, at('share')),
    times: members.times === undefined ? undefined : readWhole(members.times, at('times'), 1, 1_000_000),
    effect,
  };
}

function withRetryAfter(effect: Effect, value: unknown, place: string): Effect {
  if (value === undefined) return effect;
  if (effect.kind !== 'error') throw invalid(place, 'it goes with error; throttle has its seconds itself');
  return { ...effect, retryAfter: readWhole(value, place, 0, longestRetryAfter) };
}

function readMethods(value: unknown, place: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const methods: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (methods.length === 0) throw invalid(place, 'there is none');
  return methods.map((method) => {
    if (typeof method !== 'string') throw wrongType(place, 'a method or an array of methods', method);
    if (!/^[A-Za-z]{1,16}$/.test(method)) throw invalid(place, 'it must be the name of a method');
    return method.toUpperCase();
  });
}

function readPath(value: unknown, place: string): string | undefined {
  const path = readText(value, place, longestPath);
  if (path !== undefined && !/^\/[^?#\s]*$/.test(path)) {
    throw invalid(place, 'it must begin with a slash and have neither a query nor white space');
  }
  return path;
}

function readText(value: unknown, place: string, longest: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongType(place, 'a string', value);
  if (value === '' || value.length > longest || /\p{Cc}/u.test(value)) {
    throw invalid(place, `it must have 1 to ${longest} characters, none of them a control character`);
  }
  return value;
}

function readShare(value: unknown, place: string): number {
  if (typeof value !== 'number') throw wrongType(place, 'a number', value);
  if (value >= 0 && value <= 1) return value;
  throw invalid(place, 'it must be from 0 to 1');
}

function readWhole(value: unknown, place: string, least: number, most: number): number {
  if (typeof value !== 'number') throw wrongType(place, 'a whole number', value);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(place, `it must be a whole number from ${least} to ${most}`);
}

function readMembers(value: unknown, place: string, known: readonly string[]): Members {
  const type = place === '' && known.includes('rules') ? 'simulation' : 'rule';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(place, 'an object', value);
  for (const property of Object.keys(value)) {
    if (known.includes(property)) continue;
    throw new GraphError('unknownProperty', {
      target: place === '' ? property : `${place}/${property}`,
      values: { property, type, hint: nearest(property, known) },
    });
  }
  return value as Members;
}

function wrongType(property: string, expected: string, value: unknown): GraphError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : `of the type ${typeof value}`;
  return new GraphError('wrongType', { target: property, values: { property, expected, found } });
}

function invalid(place: string, reason: string): GraphError {
  return new GraphError('simulationInvalid', { target: place, values: { place, reason } });
}
