// Random expressions that have a meaning, and random entities to work them out on.
import {
  type ComplexType,
  type EntityType,
  type EnumType,
  isA,
  type Property,
  type Structure,
  type StructuredType,
  type Value,
} from '../../src/edm/index.js';
import { assignments, derivedCredentials, model } from '../../src/model/index.js';
import {
  type Collection,
  type Expression,
  type ExpressionType,
  type FunctionName,
  type Instance,
  type Literal,
  type OrderKey,
  primitiveType,
  type Stored,
  type Targets,
  type Values,
  type ValueTypeName,
  type Variable,
} from '../../src/plan/index.js';

/** Picks one of several at random. */
export type Dice = <T>(from: readonly T[]) => T;

/** The same throws for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  return (from) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    const found = from[((mixed ^ (mixed >>> 14)) >>> 0) % from.length];
    if (from.length === 0) throw new Error('nothing to pick from');
    return found as (typeof from)[number];
  };
}

const texts = ['', 'a', 'A', 'ab', 'aB', 'b', 'ba', ' a\u00a0', 'é', 'É', '\uffff', '\u{1f600}', '\u{1f600}a', "o'x", '%', '_', '0', '1', 'null', 'vpn']; // biome-ignore format: a table
const instants = ['0001-01-01T00:00:00.0000000Z', '1969-12-31T23:59:59.9999999Z', '2024-02-29T10:20:30.1234567Z', '2024-02-29T10:20:30.1234568Z', '2024-03-01T00:00:00.0000000Z', '2026-11-24T00:00:00.5000000Z']; // biome-ignore format: a table
const integers = [-60, -2, -1, 0, 1, 2, 3, 5, 60, 1000];
const uuids = ['bc650741-0741-4c65-8107-65bc410765bc', '00000000-0000-4000-8000-000000000000'];

/** A value of a property, of the right type but for nothing else. */
function randomValue(dice: Dice, property: Property): Value {
  if (property.collection) {
    return Array.from({ length: dice([0, 0, 1, 2, 3]) }, () =>
      randomValue(dice, { ...property, collection: false, nullable: false }),
    );
  }
  if (property.nullable && dice([true, false, false])) return null;
  const { type } = property;
  if (type.kind === 'enum') return randomMember(dice, type);
  if (type.kind === 'complex') return randomStructure(dice, type);
  switch (type.name) {
    case 'Edm.Boolean':
      return dice([true, false]);
    case 'Edm.Int32':
      return dice(integers);
    case 'Edm.DateTimeOffset':
      return dice(instants);
    case 'Edm.Guid':
      return dice(uuids);
    case 'Edm.Binary':
      return dice(['', 'AAAA']);
    default:
      return dice(texts);
  }
}

function randomMember(dice: Dice, type: EnumType): string {
  const names = Object.keys(type.members).sort((a, b) => (type.members[a] ?? 0) - (type.members[b] ?? 0));
  if (!type.flags) return dice(names);
  const chosen = names.filter((name) => type.members[name] !== 0 && dice([true, false]));
  return chosen.length > 0 ? chosen.join(',') : dice(names);
}

function randomStructure(dice: Dice, declared: ComplexType): Structure {
  const type = dice(model.withDerived(declared).filter(({ abstract }) => !abstract));
  const annotation: Structure = type === declared ? {} : { '@odata.type': `#${model.qualifiedName(type)}` };
  return { ...annotation, ...randomProperties(dice, type) };
}

function randomProperties(dice: Dice, type: StructuredType): Structure {
  return Object.fromEntries(
    [...type.properties.values()].map((property) => [property.name, randomValue(dice, property)]),
  );
}

/**
 * An entity of the type with the key; `target` is where its links to settings may lead, `members` where those of its
 * collections may.
 */
export function randomEntity(
  dice: Dice,
  type: EntityType,
  id: string,
  target: string | null,
  members: readonly Stored[] = [],
): Stored {
  const links = [...type.navigationProperties.values()]
    .filter(({ contained }) => !contained)
    .map(({ name, collection, target: leadsTo }) => {
      if (!collection) return [name, leadsTo() === derivedCredentials.type ? dice([target, null]) : null];
      const fit = members.filter((member) => isA(member.type, leadsTo()) && dice([true, false]));
      return [name, fit.map(({ entity }) => entity.id)];
    });
  const version = dice([1, 2, 3]);
  const counted: Structure = type.properties.has('version') ? { version } : {};
  const entity = { ...randomProperties(dice, type), ...counted, id };
  return { type, entity, version, links: Object.fromEntries(links) };
}

/** An assignment of the profile with the key `owner`. */
export function randomAssignment(dice: Dice, id: string, owner: string): Stored {
  return { ...randomEntity(dice, assignments.type, id, null), version: 1, owner };
}

/** A condition on entities of the type, at most so deep. */
export function randomCondition(dice: Dice, type: EntityType, depth: number): Expression {
  return new Grower(dice, type).boolean(depth, []);
}

/** A key of an order of entities of the type. */
export function randomKey(dice: Dice, type: EntityType): OrderKey {
  const grower = new Grower(dice, type);
  const grow = dice([grower.text, grower.number, grower.boolean, grower.instant, grower.member]);
  return { expression: grow.call(grower, dice([0, 0, 1, 2]), []), descending: dice([true, false]) };
}

type Variables = readonly Variable[];
type Grow = (depth: number, variables: Variables) => Expression;

const literal = (value: Literal['value'], name: ValueTypeName): Literal => ({
  kind: 'literal',
  value,
  type: primitiveType(name),
});

class Grower {
  readonly #dice: Dice;
  readonly #type: EntityType;

  constructor(dice: Dice, type: EntityType) {
    this.#dice = dice;
    this.#type = type;
  }

  boolean(depth: number, variables: Variables): Expression {
    if (depth === 0) {
      return this.#dice([
        () => this.#comparison(0, variables),
        () => this.#property('Edm.Boolean', variables) ?? literal(true, 'Edm.Boolean'),
        () => this.#typeTest(variables),
        () => this.#absence(variables),
        () => this.#flags(variables),
        () => literal(this.#dice([true, false]), 'Edm.Boolean'),
      ])();
    }
    const inner = depth - 1;
    return this.#dice<() => Expression>([
      () => ({
        kind: 'logical',
        operator: this.#dice(['and', 'or']),
        left: this.boolean(inner, variables),
        right: this.boolean(inner, variables),
      }),
      () => ({ kind: 'not', operand: this.boolean(inner, variables) }),
      () => this.#comparison(inner, variables),
      () => this.#comparison(inner, variables),
      () => this.#membership(inner, variables),
      () => this.#quantifier(inner, variables),
      () => this.#quantifier(inner, variables),
      () =>
        this.#call(this.#dice(['contains', 'startswith', 'endswith']), 'Edm.Boolean', [
          this.text(inner, variables),
          this.text(inner, variables),
        ]),
      () => this.boolean(0, variables),
    ])();
  }

  text(depth: number, variables: Variables): Expression {
    if (depth === 0) {
      return this.#dice([
        () => this.#property('Edm.String', variables) ?? literal('a', 'Edm.String'),
        () => literal(this.#dice(texts), 'Edm.String'),
      ])();
    }
    const inner = depth - 1;
    const one = (name: FunctionName) => () => this.#call(name, 'Edm.String', [this.text(inner, variables)]);
    return this.#dice<() => Expression>([
      one('tolower'),
      one('toupper'),
      one('trim'),
      () => this.#call('concat', 'Edm.String', [this.text(inner, variables), this.text(inner, variables)]),
      () => this.#call('substring', 'Edm.String', [this.text(inner, variables), this.#index(variables)]),
      () =>
        this.#call('substring', 'Edm.String', [
          this.text(inner, variables),
          this.#index(variables),
          this.#index(variables),
        ]),
      () => this.#cast(this.#property('Edm.Boolean', variables), 'Edm.String') ?? this.text(0, variables),
      () => this.#cast(this.#property('Edm.Int32', variables), 'Edm.String') ?? this.text(0, variables),
      () => this.text(0, variables),
    ])();
  }

  /** A number, whole where it is a sum of whole ones. */
  number(depth: number, variables: Variables): Expression {
    if (depth === 0) {
      return this.#dice([
        () => this.#property('Edm.Int32', variables) ?? literal(1, 'Edm.Int32'),
        () => literal(this.#dice(integers), 'Edm.Int32'),
        () => literal(this.#dice([-1.5, 0.5, 2.25]), 'Edm.Decimal'),
        () => literal(this.#dice([0.1, 1e3, 2.5e-7]), 'Edm.Double'),
      ])();
    }
    const inner = depth - 1;
    const part = (name: FunctionName) => () => this.#call(name, 'Edm.Int32', [this.instant(0, variables)]);
    return this.#dice<() => Expression>([
      () => this.#sum(this.#dice(['add', 'sub', 'mul', 'div', 'divby']), inner, variables),
      () => this.#integerSum(this.#dice(['div', 'mod', 'sub']), variables),
      () => ({ kind: 'negation', operand: this.number(inner, variables) }),
      () => this.#call('length', 'Edm.Int32', [this.text(inner, variables)]),
      () => this.#call('indexof', 'Edm.Int32', [this.text(inner, variables), this.text(inner, variables)]),
      () => this.#rounding(inner, variables),
      () => this.#count(variables),
      () => this.#cast(this.member(0, variables), 'Edm.Int32') ?? this.number(0, variables),
      () => this.#cast(this.number(0, variables), this.#dice(['Edm.Int32', 'Edm.Int64'])) ?? this.number(0, variables),
      part('year'),
      part('month'),
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
      () => this.#call('fractionalseconds', 'Edm.Decimal', [this.instant(0, variables)]),
      () => this.#call('second', 'Edm.Int32', [this.#call('time', 'Edm.TimeOfDay', [this.instant(0, variables)])]),
      () => this.#call('totalseconds', 'Edm.Decimal', [this.#duration(inner, variables)]),
      () => this.number(0, variables),
    ])();
  }

  instant(depth: number, variables: Variables): Expression {
    if (depth === 0) {
      return this.#dice([
        () => this.#property('Edm.DateTimeOffset', variables) ?? literal(instants[0] ?? '', 'Edm.DateTimeOffset'),
        () => literal(this.#dice(instants), 'Edm.DateTimeOffset'),
      ])();
    }
    const left = this.#property('Edm.DateTimeOffset', variables);
    if (!left) return this.instant(0, variables);
    const operator = this.#dice(['add', 'sub'] as const);
    const type = primitiveType('Edm.DateTimeOffset');
    return { kind: 'arithmetic', operator, left, right: this.#duration(0, variables), type };
  }

  /** A member of some enumeration. */
  member(_depth: number, variables: Variables): Expression {
    const found = this.#properties(variables, ({ type }) => type.kind === 'enum');
    return found ?? this.text(0, variables);
  }

  #duration(depth: number, variables: Variables): Expression {
    if (depth === 0 || this.#dice([true, false])) {
      return literal(this.#dice(['0', '1', '-36000000000', '864000000000', '15000000']), 'Edm.Duration');
    }
    const type = primitiveType('Edm.Duration');
    return this.#dice<() => Expression>([
      () => ({
        kind: 'arithmetic',
        operator: 'sub',
        left: this.#property('Edm.DateTimeOffset', variables) ?? this.instant(0, variables),
        right: this.instant(0, variables),
        type,
      }),
      () => ({
        kind: 'arithmetic',
        operator: this.#dice(['mul', 'div']),
        left: this.#duration(0, variables),
        right: literal(this.#dice([2, 3]), 'Edm.Int32'),
        type,
      }),
      () => ({ kind: 'negation', operand: this.#duration(0, variables) }),
    ])();
  }

  #comparison(depth: number, variables: Variables): Expression {
    const operator = this.#dice(['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const);
    const nothing: Literal = { kind: 'literal', value: null, type: undefined };
    const grow = this.#dice<Grow>([this.text, this.text, this.number, this.instant, this.#duration, this.#date]).bind(
      this,
    );
    return this.#dice<() => Expression>([
      () => ({ kind: 'comparison', operator, left: grow(depth, variables), right: grow(depth, variables) }),
      () => ({ kind: 'comparison', operator, left: grow(depth, variables), right: grow(0, variables) }),
      () => ({ kind: 'comparison', operator, left: grow(depth, variables), right: nothing }),
      () => {
        const left = this.member(0, variables);
        const type =
          left.kind === 'propertyPath' && left.property.type.kind === 'enum' ? left.property.type : undefined;
        if (!type) return this.#typeTest(variables);
        const right: Literal = { kind: 'literal', value: randomMember(this.#dice, type), type };
        return { kind: 'comparison', operator, left, right };
      },
      () => ({
        kind: 'comparison',
        operator,
        left: this.boolean(0, variables),
        right: literal(this.#dice([true, false]), 'Edm.Boolean'),
      }),
    ])();
  }

  #date(_depth: number, variables: Variables): Expression {
    return this.#dice([
      () => this.#call('date', 'Edm.Date', [this.instant(0, variables)]),
      () => literal(this.#dice(instants).slice(0, 10), 'Edm.Date'),
    ])();
  }

  #membership(depth: number, variables: Variables): Expression {
    const nothing: Literal = { kind: 'literal', value: null, type: undefined };
    const values = this.#values(variables, ({ type }) => type.kind === 'primitive' && type.name === 'Edm.String');
    if (values && this.#dice([true, false])) {
      return { kind: 'membership', operand: this.text(depth, variables), among: values };
    }
    const grow = this.#dice<Grow>([this.text, this.number, this.instant]).bind(this);
    const among = Array.from({ length: this.#dice([0, 1, 2, 3]) }, () =>
      this.#dice([false, false, false, true]) ? nothing : grow(0, variables),
    );
    // A list of one path is read as a collection's name, or as one value.
    return { kind: 'membership', operand: grow(depth, variables), among };
  }

  #flags(variables: Variables): Expression {
    const operand = this.#properties(variables, ({ type }) => type.kind === 'enum' && type.flags);
    if (operand?.kind !== 'propertyPath' || operand.property.type.kind !== 'enum') return this.#absence(variables);
    const { type } = operand.property;
    return { kind: 'flagTest', operand, flags: { kind: 'literal', value: randomMember(this.#dice, type), type } };
  }

  #typeTest(variables: Variables): Expression {
    const instances = this.#instances(variables).filter(({ instance }) => instance.kind !== 'current');
    const narrower = model.withDerived(this.#type).slice(1);
    if (narrower.length > 0 && this.#dice([true, false])) {
      return { kind: 'typeTest', of: { kind: 'current', type: this.#type }, type: this.#dice(narrower) };
    }
    if (instances.length === 0) return literal(false, 'Edm.Boolean');
    const { instance, type } = this.#dice(instances);
    return { kind: 'typeTest', of: instance, type: this.#dice(model.withDerived(type)) };
  }

  #absence(variables: Variables): Expression {
    const instances = this.#instances(variables).filter(({ instance }) =>
      ['complexValue', 'related', 'narrowed'].includes(instance.kind),
    );
    return instances.length === 0
      ? literal(true, 'Edm.Boolean')
      : { kind: 'absence', of: this.#dice(instances).instance };
  }

  #quantifier(depth: number, variables: Variables): Expression {
    const over = this.#collection(variables);
    if (!over || variables.length > 1) return this.boolean(0, variables);
    const type = over.kind === 'targets' ? over.type : over.property.type;
    const variable: Variable = { kind: 'variable', name: `v${variables.length}`, type };
    const operator = this.#dice(['any', 'all'] as const);
    if (operator === 'any' && this.#dice([true, false, false])) {
      const unnamed: Variable = { ...variable, name: 'item' };
      return { kind: 'quantifier', operator, over, variable: unnamed, condition: undefined };
    }
    return { kind: 'quantifier', operator, over, variable, condition: this.boolean(depth, [...variables, variable]) };
  }

  #count(variables: Variables): Expression {
    const over = this.#collection(variables);
    return over ? { kind: 'count', over } : literal(0, 'Edm.Int32');
  }

  #sum(operator: 'add' | 'sub' | 'mul' | 'div' | 'divby', depth: number, variables: Variables): Expression {
    const left = this.number(Math.min(depth, 1), variables);
    const right = operator === 'div' || operator === 'divby' ? this.#divisor(variables) : this.number(0, variables);
    return { kind: 'arithmetic', operator, left, right, type: resultOf(operator, left, right) };
  }

  #integerSum(operator: 'div' | 'mod' | 'sub', variables: Variables): Expression {
    const left = this.#property('Edm.Int32', variables) ?? literal(7, 'Edm.Int32');
    const right = this.#property('Edm.Int32', variables) ?? literal(-2, 'Edm.Int32');
    return { kind: 'arithmetic', operator, left, right, type: primitiveType('Edm.Int32') };
  }

  #divisor(variables: Variables): Expression {
    return this.#dice([
      () => this.#property('Edm.Int32', variables) ?? literal(2, 'Edm.Int32'),
      () => literal(this.#dice([2, -3]), 'Edm.Int32'),
      () => literal(0.3, 'Edm.Decimal'),
    ])();
  }

  #rounding(depth: number, variables: Variables): Expression {
    const operand = this.number(depth, variables);
    const type = numberType(operand);
    return { kind: 'call', function: this.#dice(['round', 'floor', 'ceiling']), arguments: [operand], type };
  }

  #index(variables: Variables): Expression {
    return this.#dice([
      () => literal(this.#dice([0, 1, 2]), 'Edm.Int32'),
      () => this.#property('Edm.Int32', variables) ?? literal(0, 'Edm.Int32'),
    ])();
  }

  #call(name: FunctionName, type: ValueTypeName, given: Expression[]): Expression {
    return { kind: 'call', function: name, arguments: given, type: primitiveType(type) };
  }

  #cast(operand: Expression | undefined, name: ValueTypeName): Expression | undefined {
    const type = primitiveType(name);
    if (!operand) return undefined;
    const from = operand.kind === 'propertyPath' ? operand.property.type.kind : undefined;
    if (from !== 'enum' && name === 'Edm.Int32' && numberType(operand).name === 'Edm.Int32') return undefined;
    if (from !== 'enum' && !/Int|Dec|Dou|Bool/.test(numberType(operand).name)) return undefined;
    return { kind: 'cast', operand, type };
  }

  #property(name: ValueTypeName, variables: Variables): Expression | undefined {
    const items = variables.filter(({ type }) => type.kind === 'primitive' && type.name === name);
    if (items.length > 0 && this.#dice([true, false])) return this.#dice(items);
    return this.#properties(variables, ({ type }) => type.kind === 'primitive' && type.name === name);
  }

  #properties(variables: Variables, wanted: (property: Property) => boolean): Expression | undefined {
    const all = this.#instances(variables).flatMap(({ instance, type }) =>
      [...type.properties.values()]
        .filter((property) => !property.collection && property.type.kind !== 'complex' && wanted(property))
        .map((property): Expression => ({ kind: 'propertyPath', of: instance, property })),
    );
    return all.length === 0 ? undefined : this.#dice(all);
  }

  /** Values of a property, or what a navigation property leads to. */
  #collection(variables: Variables): Collection | undefined {
    const found = [this.#values(variables, () => true), this.#targets(variables)].filter((one) => one !== undefined);
    return found.length === 0 ? undefined : this.#dice(found);
  }

  #targets(variables: Variables): Targets | undefined {
    const all = this.#instances(variables).flatMap(({ instance: of, type }) =>
      type.kind === 'complex'
        ? []
        : [...type.navigationProperties.values()].flatMap((property): Targets[] => {
            const set = property.contained
              ? assignments.owner?.property === property && assignments
              : model.setOf(property.target());
            return property.collection && set ? [{ kind: 'targets', of, property, set, type: property.target() }] : [];
          }),
    );
    return all.length === 0 ? undefined : this.#dice(all);
  }

  #values(variables: Variables, wanted: (property: Property) => boolean): Values | undefined {
    const all = this.#instances(variables).flatMap(({ instance, type }) =>
      [...type.properties.values()]
        .filter((property) => property.collection && wanted(property))
        .map((property): Values => ({ kind: 'values', of: instance, property })),
    );
    return all.length === 0 ? undefined : this.#dice(all);
  }

  /** What has properties here: the entity, narrower views of it, complex values, settings, variables. */
  #instances(variables: Variables): { instance: Instance; type: StructuredType }[] {
    const current: Instance = { kind: 'current', type: this.#type };
    const found: { instance: Instance; type: StructuredType }[] = [{ instance: current, type: this.#type }];
    for (const type of model.withDerived(this.#type).slice(1)) {
      found.push({ instance: { kind: 'narrowed', of: current, type }, type });
    }
    for (const variable of variables) {
      const { type } = variable;
      if (type.kind === 'complex' || type.kind === 'entity') found.push({ instance: variable, type });
    }
    const entities = [...found];
    for (const { instance, type } of entities) {
      for (const property of type.properties.values()) {
        if (property.collection || property.type.kind !== 'complex') continue;
        const value: Instance = { kind: 'complexValue', of: instance, property };
        found.push({ instance: value, type: property.type });
        for (const derived of model.withDerived(property.type).slice(1)) {
          found.push({ instance: { kind: 'narrowed', of: value, type: derived }, type: derived });
        }
      }
      if (type.kind !== 'entity') continue;
      for (const property of type.navigationProperties.values()) {
        if (property.collection || property.contained || property.target() !== derivedCredentials.type) continue;
        const related: Instance = { kind: 'related', of: instance, property, set: derivedCredentials };
        found.push({ instance: related, type: derivedCredentials.type });
      }
    }
    return found;
  }
}

function numberType(expression: Expression): ExpressionType {
  switch (expression.kind) {
    case 'literal':
    case 'arithmetic':
    case 'call':
    case 'cast':
      return expression.type ?? primitiveType('Edm.Int32');
    case 'negation':
      return numberType(expression.operand);
    case 'count':
      return primitiveType('Edm.Int64');
    case 'propertyPath':
      return expression.property.type.kind === 'complex' ? primitiveType('Edm.Int32') : expression.property.type;
    default:
      return primitiveType('Edm.Int32');
  }
}

function resultOf(operator: string, left: Expression, right: Expression): ExpressionType {
  const names = [numberType(left).name, numberType(right).name];
  if (operator === 'divby' && !names.includes('Edm.Double')) return primitiveType('Edm.Decimal');
  const order = ['Edm.Double', 'Edm.Decimal', 'Edm.Int64', 'Edm.Int32'] as const;
  return primitiveType(order.find((name) => names.includes(name)) ?? 'Edm.Int32');
}

/** The types of a set that entities can have. */
export function concreteTypes(type: EntityType): EntityType[] {
  return model.withDerived(type).filter((derived) => !derived.abstract && isA(derived, type));
}
