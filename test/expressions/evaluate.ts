// Expressions worked out over entities in memory, from OData's text alone: what the stores are measured by.
import type { EnumType, Property, Structure, StructuredType, Value } from '../../src/edm/index.js';
import { isA } from '../../src/edm/index.js';
import { model } from '../../src/model/index.js';
import {
  type Collection,
  type Expression,
  type Instance,
  isInteger,
  type OrderKey,
  type Stored,
  type Targets,
  typeOf,
} from '../../src/plan/index.js';

/** A value; instants and durations that were computed are ticks. */
type Result = string | number | boolean | bigint | null;

/** An entity, or a complex value with the type it is declared with; null for nothing. */
type Thing = { readonly type: StructuredType; readonly values: Structure; readonly stored?: Stored } | null;

/** A member of a collection: a value, or an entity. */
interface Item {
  readonly value: Value;
  readonly stored?: Stored;
}

/** The entities that there are. */
export interface Entities {
  /** What a link leads to. */
  find(key: string): Stored | undefined;
  /** What the entity with the key contains. */
  within(key: string): readonly Stored[];
}

interface World {
  readonly current: Stored;
  readonly entities: Entities;
  readonly variables: ReadonlyMap<string, Item>;
}

export function meets(condition: Expression, current: Stored, entities: Entities): boolean {
  return evaluate(condition, { current, entities, variables: new Map() }) === true;
}

/** Below zero where `a` comes before `b`; null is the least. */
export function compareBy(keys: readonly OrderKey[], a: Stored, b: Stored, entities: Entities): number {
  for (const { expression, descending } of keys) {
    const [x, y] = [a, b].map((current) => rank(expression, { current, entities, variables: new Map() }));
    const order = x === null || y === null ? Number(y === null) - Number(x === null) : compare(x ?? '', y ?? '');
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function evaluate(expression: Expression, world: World): Result {
  switch (expression.kind) {
    case 'literal':
      return expression.type?.name === 'Edm.Duration' ? BigInt(String(expression.value)) : expression.value;
    case 'propertyPath':
      return single(propertyOf(thing(expression.of, world), expression.property));
    case 'variable':
      return single(world.variables.get(expression.name)?.value ?? null);
    case 'comparison': {
      const { operator, left, right } = expression;
      if (operator === 'eq' || operator === 'ne') {
        return equals(evaluate(left, world), evaluate(right, world)) === (operator === 'eq');
      }
      const [a, b] = [rank(left, world), rank(right, world)];
      if (a === null || b === null) return false;
      const order = compare(a, b);
      return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
    }
    case 'absence':
      return thing(expression.of, world) === null;
    case 'membership': {
      const operand = evaluate(expression.operand, world);
      const { among } = expression;
      const items =
        'kind' in among
          ? itemsOf(among, world).map(({ value }) => single(value))
          : among.map((item) => evaluate(item, world));
      return items.some((item) => equals(operand, item));
    }
    case 'flagTest': {
      const { type, value } = expression.flags;
      const text = evaluate(expression.operand, world);
      if (text === null || type?.kind !== 'enum') return null;
      const wanted = numberOf(String(value), type);
      return (numberOf(String(text), type) & wanted) === wanted;
    }
    case 'logical': {
      const decisive = expression.operator === 'or';
      const sides = [evaluate(expression.left, world), evaluate(expression.right, world)];
      if (sides.includes(decisive)) return decisive;
      return sides.includes(null) ? null : !decisive;
    }
    case 'not': {
      const operand = evaluate(expression.operand, world);
      return operand === null ? null : !operand;
    }
    case 'negation': {
      const operand = evaluate(expression.operand, world);
      return operand === null ? null : typeof operand === 'bigint' ? -operand : -Number(operand);
    }
    case 'arithmetic':
      return sum(expression, world);
    case 'call':
      return callOf(expression, world);
    case 'cast':
      return castOf(expression, world);
    case 'typeTest': {
      const found = thing(expression.of, world);
      return found !== null && isA(found.type, expression.type);
    }
    case 'quantifier': {
      const { operator, over, variable, condition } = expression;
      const results = itemsOf(over, world).map((item) =>
        condition
          ? evaluate(condition, { ...world, variables: new Map([...world.variables, [variable.name, item]]) }) === true
          : true,
      );
      return operator === 'any' ? results.includes(true) : !results.includes(false);
    }
    case 'count':
      return itemsOf(expression.over, world).length;
  }
}

function thing(instance: Instance, world: World): Thing {
  switch (instance.kind) {
    case 'current':
      return { type: world.current.type, values: world.current.entity, stored: world.current };
    case 'variable':
      return thingOf(world.variables.get(instance.name), instance.type as StructuredType);
    case 'complexValue':
      return structure(
        propertyOf(thing(instance.of, world), instance.property),
        instance.property.type as StructuredType,
      );
    case 'narrowed': {
      const found = thing(instance.of, world);
      return found && isA(found.type, instance.type) ? found : null;
    }
    case 'related': {
      const key = thing(instance.of, world)?.stored?.links[instance.property.name];
      const stored = typeof key === 'string' ? world.entities.find(key) : undefined;
      return stored ? { type: stored.type, values: stored.entity, stored } : null;
    }
  }
}

function thingOf(item: Item | undefined, declared: StructuredType): Thing {
  const stored = item?.stored;
  return stored ? { type: stored.type, values: stored.entity, stored } : structure(item?.value ?? null, declared);
}

function structure(value: Value, declared: StructuredType): Thing {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const values = value as Structure;
  const named = model.findType(String(values['@odata.type'] ?? declared.name));
  return { type: named && named.kind !== 'enum' ? named : declared, values };
}

function propertyOf(found: Thing, { name }: Property): Value {
  return found?.values[name] ?? null;
}

function itemsOf(over: Collection, world: World): readonly Item[] {
  if (over.kind === 'targets') {
    return targetsOf(over, world).map((stored) => ({ value: stored.entity, stored }));
  }
  const value = propertyOf(thing(over.of, world), over.property);
  return Array.isArray(value) ? value.map((item: Value) => ({ value: item })) : [];
}

function targetsOf({ of, property }: Targets, world: World): readonly Stored[] {
  const from = thing(of, world)?.stored;
  if (!from) return [];
  if (property.contained) return world.entities.within(from.entity.id);
  const keys = from.links[property.name];
  return Array.isArray(keys) ? keys.flatMap((key: string) => world.entities.find(key) ?? []) : [];
}

function single(value: Value): Result {
  if (value !== null && typeof value === 'object') throw new Error('no single value');
  return value;
}

const instantForm = /^\d{4}-\d\d-\d\dT[\d:.]{16}Z$/;

function ticks(value: Result): bigint {
  if (typeof value === 'bigint') return value;
  const text = String(value);
  return BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 10_000n + BigInt(text.slice(20, 27));
}

function equals(a: Result, b: Result): boolean {
  if (a === null || b === null) return a === b;
  return compare(a, b) === 0;
}

function compare(a: NonNullable<Result>, b: NonNullable<Result>): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const [x, y] = [ticks(a), ticks(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value that decides about order. */
function rank(expression: Expression, world: World): Result {
  const value = evaluate(expression, world);
  const type = typeOf(expression);
  return type?.kind === 'enum' && value !== null ? numberOf(String(value), type) : value;
}

function numberOf(text: string, type: EnumType): number {
  return text.split(',').reduce((all, member) => all | (type.members[member] ?? 0), 0);
}

function sum(expression: Extract<Expression, { kind: 'arithmetic' }>, world: World): Result {
  const { operator, left, right, type } = expression;
  const [a, b] = [evaluate(left, world), evaluate(right, world)];
  if (a === null || b === null) return null;
  if (type.name === 'Edm.DateTimeOffset' || type.name === 'Edm.Duration') {
    if (operator === 'add') return ticks(a) + ticks(b);
    if (operator === 'sub') return ticks(a) - ticks(b);
    if (operator === 'mul') return BigInt(Math.trunc(Number(a) * Number(b)));
    return Number(b) === 0 ? null : BigInt(Math.trunc(Number(a) / Number(b)));
  }
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'mod':
      return y === 0 ? null : x % y;
    case 'divby':
      return y === 0 ? null : x / y;
    case 'div': {
      if (y === 0) return null;
      const whole = [left, right].every((side) => {
        const found = typeOf(side);
        return !found || isInteger(found);
      });
      return whole ? Math.trunc(x / y) : x / y;
    }
  }
}

function callOf(call: Extract<Expression, { kind: 'call' }>, world: World): Result {
  const given = call.arguments.map((argument) => evaluate(argument, world));
  if (given.includes(null)) return null;
  const [first = '', second = '', third] = given;
  const text = String(first);
  const points = (value: unknown): string[] => [...String(value)];
  const isTime = !instantForm.test(text) && /^\d\d:/.test(text);
  const time = isTime ? text : text.slice(11, 27);
  const number = Number(first);
  switch (call.function) {
    case 'concat':
      return text + String(second);
    case 'contains':
      return text.includes(String(second));
    case 'startswith':
      return text.startsWith(String(second));
    case 'endswith':
      return text.endsWith(String(second));
    case 'indexof': {
      const index = text.indexOf(String(second));
      return index < 0 ? -1 : points(text.slice(0, index)).length;
    }
    case 'length':
      return points(text).length;
    case 'substring': {
      const start = Math.max(Number(second), 0);
      const end = third === undefined ? undefined : start + Math.max(Number(third), 0);
      return points(text).slice(start, end).join('');
    }
    case 'tolower':
      return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    case 'toupper':
      return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    case 'trim':
      return text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
    case 'date':
      return text.slice(0, 10);
    case 'time':
      return time;
    case 'year':
      return Number(text.slice(0, 4));
    case 'month':
      return Number(text.slice(5, 7));
    case 'day':
      return Number(text.slice(8, 10));
    case 'hour':
      return Number(time.slice(0, 2));
    case 'minute':
      return Number(time.slice(3, 5));
    case 'second':
      return Number(time.slice(6, 8));
    case 'fractionalseconds':
      return Number(time.slice(9, 16)) / 1e7;
    case 'totaloffsetminutes':
      return 0;
    case 'totalseconds':
      return Number(first) / 1e7;
    case 'ceiling':
      return Math.ceil(number);
    case 'floor':
      return Math.floor(number);
    case 'round':
      return Math.sign(number) * Math.floor(Math.abs(number) + 0.5);
  }
}

function castOf({ operand, type }: Extract<Expression, { kind: 'cast' }>, world: World): Result {
  const value = evaluate(operand, world);
  const from = typeOf(operand);
  if (value === null || !from) return null;
  if (type.kind === 'enum') return Object.keys(type.members).find((name) => type.members[name] === value) ?? null;
  if (from.kind === 'enum') return type.name === 'Edm.String' ? value : numberOf(String(value), from);
  if (isInteger(type)) {
    const number = Number(value);
    const rounded = Math.sign(number) * Math.floor(Math.abs(number) + 0.5);
    const size = type.name === 'Edm.Int32' ? 2 ** 31 : 2 ** 63;
    return rounded >= -size && rounded < size ? rounded : null;
  }
  return type.name === 'Edm.String' ? String(value) : value;
}
