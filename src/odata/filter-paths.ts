// Paths: properties, navigation and casts, one step after the other, to a value, an instance or a collection.
import { GraphError } from '../base/index.js';
import { findByName, isA, type NavigationProperty, type Property } from '../edm/index.js';
import { type Collection, type Current, declaredType, type Instance, type Variable } from '../plan/index.js';
import { notSupported } from './clause.js';
import { problem, type Scope } from './expression-scope.js';
import { type InstanceOperand, type Operand, type ValueOperand, valueOperand } from './filter-binding.js';
import { bindCall } from './filter-functions.js';
import { bindFilteredCount, bindQuantifier } from './filter-lambdas.js';
import type { Segment } from './filter-syntax.js';
import { propertyNotFound, typeName } from './property-not-found.js';

export function bindPath(segments: readonly Segment[], position: number, scope: Scope): Operand {
  const [first, ...rest] = segments;
  if (!first) throw new Error('a path without a segment');
  let operand = firstStep(first, position, scope);
  for (const segment of rest) operand = step(operand, segment, position, scope);
  return operand;
}

function firstStep(segment: Segment, position: number, scope: Scope): Operand {
  const { name } = segment;
  if (!segment.arguments) {
    const variable = scope.variables.get(name);
    if (variable) return itemOf(variable);
    const symbol = name.toLowerCase();
    // The link to the next page of an expanded list takes its `$this` along, to where it is what `$it` is.
    if (symbol === '$this') return itemOf(scope.current);
    if (symbol === '$it' && scope.it) return { kind: 'instance', instance: scope.it };
  } else if (!/^\$|^(any|all)$/i.test(name)) {
    return bindCall(segment, position, scope);
  }
  const current = itemOf(scope.current);
  if (current.kind === 'instance') return stepFromInstance(current.instance, segment, scope);
  throw propertyNotFound(name, `$${scope.clause}`, current.type, scope.model);
}

/** The entity, or an item of a collection: an instance where it has properties, else a value. */
export function itemOf(item: Current | Variable): InstanceOperand | ValueOperand {
  const structured = item.type.kind === 'entity' || item.type.kind === 'complex';
  return item.kind === 'current' || structured ? { kind: 'instance', instance: item } : valueOperand(item);
}

function step(operand: Operand, segment: Segment, position: number, scope: Scope): Operand {
  switch (operand.kind) {
    case 'instance':
      return stepFromInstance(operand.instance, segment, scope);
    case 'collection':
      return stepFromCollection(operand.collection, segment, position, scope);
    case 'value': {
      if (segment.arguments || segment.name.startsWith('$')) throw notSupported(scope.clause, segment.name);
      throw propertyNotFound(segment.name, `$${scope.clause}`, operand.type, scope.model);
    }
  }
}

function stepFromInstance(instance: Instance, segment: Segment, scope: Scope): Operand {
  const { name } = segment;
  if (segment.arguments || name.startsWith('$')) throw notSupported(scope.clause, name);
  const type = declaredType(instance);
  if (name.includes('.')) return { kind: 'instance', instance: narrow(instance, name, scope) };
  const property = findByName(type.properties, name);
  if (property) return stepToProperty(instance, property);
  const navigation = type.kind === 'entity' ? scope.model.findNavigation(type, name) : undefined;
  if (navigation) return stepToTarget(instance, navigation, scope);
  throw propertyNotFound(name, `$${scope.clause}`, type, scope.model);
}

function stepToProperty(of: Instance, property: Property): Operand {
  if (property.collection) return { kind: 'collection', collection: { kind: 'values', of, property } };
  if (property.type.kind === 'complex') return { kind: 'instance', instance: { kind: 'complexValue', of, property } };
  return valueOperand({ kind: 'propertyPath', of, property });
}

function stepToTarget(of: Instance, property: NavigationProperty, { clause, model }: Scope): Operand {
  const type = property.target();
  const contained = model.containedSets.find(({ owner }) => owner?.property === property);
  const set = contained ?? (property.contained ? undefined : model.setOf(type));
  if (!set) throw notSupported(clause, property.name);
  return property.collection
    ? { kind: 'collection', collection: { kind: 'targets', of, property, set, type } }
    : { kind: 'instance', instance: { kind: 'related', of, property, set } };
}

/** A type cast. Refuses: `unknownType`, `castNotDerived`. */
export function narrow(of: Instance, name: string, scope: Scope): Instance {
  const declared = declaredType(of);
  const type = scope.model.findType(name);
  const target = `$${scope.clause}`;
  if (!type || type.kind === 'enum') throw new GraphError('unknownType', { target, values: { type: name } });
  if (isA(declared, type)) return of;
  if (isA(type, declared)) return { kind: 'narrowed', of, type };
  const values = { type: typeName(type, scope.model), declared: typeName(declared, scope.model) };
  throw new GraphError('castNotDerived', { target, values });
}

function stepFromCollection(over: Collection, segment: Segment, position: number, scope: Scope): Operand {
  const { name } = segment;
  const word = name.toLowerCase();
  if (word === 'any' || word === 'all') {
    return valueOperand(bindQuantifier(word, over, segment, position, scope));
  }
  if (word === '$count') {
    const given = segment.arguments;
    return valueOperand(given ? bindFilteredCount(over, given, position, scope) : { kind: 'count', over });
  }
  if (name.includes('.') && !segment.arguments && over.kind === 'targets') {
    const type = scope.model.findEntityType(name);
    if (type && isA(type, over.type)) return { kind: 'collection', collection: { ...over, type } };
  }
  if (segment.arguments || /[.$]/.test(name)) throw notSupported(scope.clause, `${over.property.name}/${name}`);
  throw problem(scope, `'${over.property.name}' is a collection: any, all or $count is expected behind it`, position);
}
