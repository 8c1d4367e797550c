// The rules in force, how often each was asked, and what they say of a request.
import { GraphError } from '../base/index.js';
import { draw } from './draws.js';
import { readRule, readRuleSet } from './read-rules.js';
import { compileRoute, type MatchesRoute } from './route-pattern.js';
import { type Effect, type Rule, type SimulatedLicense, simulatedErrors, usualSeed } from './rule.js';

/** What is to happen to one request. */
export interface Simulated {
  /** The kinds of the effects, in the order of their rules. */
  readonly effects: readonly Effect['kind'][];
  /** In milliseconds. */
  readonly latency: number;
  readonly refusal: GraphError | undefined;
  readonly license: SimulatedLicense | undefined;
  /** In milliseconds. */
  readonly eventualDelay: number | undefined;
}

/** A rule as it is told: as it was set, with how many requests it was for, and on how many it had its effect. */
export type ToldRule = Readonly<Record<string, unknown>> & { readonly matched: number; readonly applied: number };

export interface ToldSimulation {
  readonly seed: number;
  readonly rules: readonly ToldRule[];
}

/**
 * Rules are asked in their order. Of each kind of effect the first one that applies counts; throttle and error are one kind.
 * Whether a rule's share is met depends on the seed, its place and how many requests it was asked for before: so the same
 * sequence of requests after the same `set` has the same answers.
 */
export interface Simulation {
  tell(): ToldSimulation;
  /** Sets the rules, and begins to count anew. Refuses what `readRuleSet` refuses, and then changes nothing. */
  set(rules: unknown): Promise<ToldSimulation>;
  /** Adds one behind the others, which go on. Refuses what `readRule` refuses. */
  add(rule: unknown): Promise<ToldSimulation>;
  clear(): Promise<void>;
  /** Undefined where nothing is simulated. */
  decide(request: { readonly method: string; readonly url: string }): Simulated | undefined;
}

interface Active {
  readonly rule: Rule;
  readonly matches: MatchesRoute;
  matched: number;
  applied: number;
}

/**
 * `onChange` is told of the longest delay of reads that any rule has, 0 where none has. What sets rules is done when that
 * is.
 */
export function createSimulation({ onChange }: { onChange: (longestDelay: number) => Promise<void> }): Simulation {
  let seed = usualSeed;
  let active: Active[] = [];

  const changed = async (): Promise<ToldSimulation> => {
    const delays = active.map(({ rule: { effect } }) => (effect.kind === 'eventualDelay' ? effect.milliseconds : 0));
    await onChange(Math.max(0, ...delays));
    return tell();
  };
  const tell = (): ToldSimulation => ({ seed, rules: active.map(tellRule) });

  return {
    tell,
    async set(rules) {
      const read = readRuleSet(rules);
      seed = read.seed;
      active = read.rules.map(activate);
      return changed();
    },
    async add(rule) {
      if (active.length >= 100) {
        throw new GraphError('simulationInvalid', {
          target: 'rules',
          values: { place: 'rules', reason: 'there are 100 already' },
        });
      }
      active.push(activate(readRule(rule)));
      return changed();
    },
    async clear() {
      seed = usualSeed;
      active = [];
      await changed();
    },
    decide({ method, url }) {
      if (active.length === 0) return undefined;
      const found: Simulated & { effects: Effect['kind'][] } = { ...nothing, effects: [] };
      for (const [place, one] of active.entries()) applyTo(found, one, { method, url }, seed, place);
      return found.effects.length === 0 ? undefined : found;
    },
  };
}

const nothing = { latency: 0, refusal: undefined, license: undefined, eventualDelay: undefined };

type Found = { -readonly [Name in keyof Simulated]: Simulated[Name] } & { effects: Effect['kind'][] };

function applyTo(
  found: Found,
  one: Active,
  { method, url }: { method: string; url: string },
  seed: number,
  place: number,
): void {
  const { rule, matches } = one;
  const { effect, share, times, methods } = rule;
  const isRead = method === 'GET' || method === 'HEAD';
  if (found.effects.some((kind) => isSameKind(kind, effect.kind))) return;
  if (effect.kind === 'eventualDelay' && !isRead) return;
  if ((methods && !methods.includes(method)) || !matches(url)) return;
  const turn = one.matched++;
  if (draw(seed, place, turn, 0) >= share || (times !== undefined && one.applied >= times)) return;
  one.applied++;
  found.effects.push(effect.kind);
  switch (effect.kind) {
    case 'throttle':
      found.refusal = refusalOf(429, effect.retryAfter);
      return;
    case 'error':
      found.refusal = refusalOf(effect.status, effect.retryAfter);
      return;
    case 'latency':
      found.latency = effect.least + Math.floor(draw(seed, place, turn, 1) * (effect.most - effect.least + 1));
      return;
    case 'license':
      found.license = effect.license;
      return;
    case 'eventualDelay':
      found.eventualDelay = effect.milliseconds;
  }
}

function isSameKind(one: Effect['kind'], other: Effect['kind']): boolean {
  const refuses = (kind: Effect['kind']): boolean => kind === 'throttle' || kind === 'error';
  return one === other || (refuses(one) && refuses(other));
}

function refusalOf(status: number, retryAfter: number | undefined): GraphError {
  const refusal = simulatedErrors.get(status);
  if (!refusal) throw new Error(`the status ${status} cannot be simulated`);
  return new GraphError(refusal, {
    headers: {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      // A 405 has to say what is allowed (RFC 9110, section 10.2.1): nothing.
      ...(status === 405 && { allow: '' }),
    },
  });
}

function activate(rule: Rule): Active {
  return { rule, matches: compileRoute(rule.path ?? '/**'), matched: 0, applied: 0 };
}

function tellRule({ rule, matched, applied }: Active): ToldRule {
  const { name, methods, path, share, times, effect } = rule;
  return {
    ...(name !== undefined && { name }),
    ...(methods && { method: methods.length === 1 ? methods[0] : methods }),
    ...(path !== undefined && { path }),
    ...(share !== 1 && { share }),
    ...(times !== undefined && { times }),
    ...tellEffect(effect),
    matched,
    applied,
  };
}

function tellEffect(effect: Effect): Readonly<Record<string, unknown>> {
  switch (effect.kind) {
    case 'throttle':
      return { throttle: effect.retryAfter };
    case 'error':
      return { error: effect.status, ...(effect.retryAfter !== undefined && { retryAfter: effect.retryAfter }) };
    case 'latency':
      return { latency: effect.least === effect.most ? effect.least : [effect.least, effect.most] };
    case 'license':
      return { license: effect.license };
    case 'eventualDelay':
      return { eventualDelay: effect.milliseconds };
  }
}
