// `$select`: the properties of an answer, as a tree in the order of the model.
//
//   select = item *( ',' item )
//   item   = *( cast '/' ) ( '*' / name [ '/' item ] [ '(' '$select=' select ')' ] )
//
// (OData ABNF 4.01, selectItem)
import { GraphError } from '../base/index.js';
import { findByName, isA, type Model, type StructuredType } from '../edm/index.js';
import type { SelectedProperty, Selection } from '../plan/index.js';
import { invalidOption, readItems } from './option-text.js';
import { propertyNotFound } from './property-not-found.js';
import { readNestedOptions } from './query-options.js';
import { areRelated } from './type-annotation.js';

const option = '$select';

/** What is selected of values of one type: everything, or what its properties are mapped to. */
interface Branch {
  whole: boolean;
  readonly properties: Map<string, Chosen>;
}

interface Chosen {
  readonly on: StructuredType;
  readonly name: string;
  readonly navigation: boolean;
  readonly branch: Branch;
}

/**
 * The selection that a `$select` makes of values of the type. Names match in any case. A property that only derived types
 * have needs a cast before it, as Intune asks for it; navigation properties, which are no values, do not.
 * Refuses: `optionInvalid`, `propertyNotFound`, `unknownType`, `castNotDerived`.
 */
export function parseSelect(text: string, type: StructuredType, model: Model): Selection {
  const root = newBranch();
  choose(text, type, root, model);
  return selectionOf(root, type, model);
}

function newBranch(): Branch {
  return { whole: false, properties: new Map() };
}

function choose(text: string, type: StructuredType, branch: Branch, model: Model): void {
  for (const { path, inside } of readItems(text, option)) {
    const target = choosePath(path, type, branch, model);
    if (inside === undefined) {
      target.branch.whole = true;
      continue;
    }
    const nested = readNestedOptions(inside, [option], option).get(option);
    if (target.type === undefined || nested === undefined) {
      throw invalidOption(option, 'what stands in parentheses is no $select of a complex value');
    }
    choose(nested, target.type, target.branch, model);
  }
}

/** Where a path ends; `type` is that of the complex values there, if there are such. */
function choosePath(
  path: readonly string[],
  type: StructuredType,
  branch: Branch,
  model: Model,
): { branch: Branch; type: StructuredType | undefined } {
  const { type: owner, rest } = takeCasts(path, type, option, model);
  const [name, ...further] = rest;
  if (name === undefined) throw invalidOption(option, 'it names a type, and none of its properties');
  if (name === '*') {
    if (further.length > 0) throw invalidOption(option, 'a path goes on behind *');
    if (owner === type) return { branch, type };
    for (const each of owner.properties.keys()) childOf(branch, owner, each, false).whole = true;
    return { branch: newBranch(), type: owner };
  }
  const property = findByName(owner.properties, name);
  if (!property) return chooseNavigation(name, further, owner, branch, model);
  const child = childOf(branch, owner, property.name, false);
  const inner = property.type.kind === 'complex' ? property.type : undefined;
  if (further.length === 0) return { branch: child, type: inner };
  if (inner) return choosePath(further, inner, child, model);
  throw propertyNotFound(further[0] ?? '', option, property.type, model);
}

function chooseNavigation(
  name: string,
  further: readonly string[],
  owner: StructuredType,
  branch: Branch,
  model: Model,
): { branch: Branch; type: undefined } {
  const property = owner.kind === 'entity' ? model.findNavigation(owner, name) : undefined;
  if (!property) throw propertyNotFound(name, option, owner, model);
  if (further.length > 0) throw invalidOption(option, `what '${property.name}' leads to is chosen in $expand`);
  return { branch: childOf(branch, owner, property.name, true), type: undefined };
}

function childOf(branch: Branch, on: StructuredType, name: string, navigation: boolean): Branch {
  const key = `${on.name}/${name}`;
  const chosen = branch.properties.get(key) ?? { on, name, navigation, branch: newBranch() };
  branch.properties.set(key, chosen);
  return chosen.branch;
}

function selectionOf(branch: Branch, type: StructuredType, model: Model): Selection {
  if (branch.whole) return undefined;
  const types = model.withDerived(type);
  const place = ({ on, name, navigation }: Chosen): number => {
    const names = navigation && on.kind === 'entity' ? on.navigationProperties : on.properties;
    return types.indexOf(on) * 4096 + (navigation ? 2048 : 0) + [...names.keys()].indexOf(name);
  };
  return [...branch.properties.values()]
    .sort((a, b) => place(a) - place(b))
    .map(({ on, name, navigation, branch: inner }): SelectedProperty => {
      const property = navigation ? undefined : on.properties.get(name);
      const select = property?.type.kind === 'complex' ? selectionOf(inner, property.type, model) : undefined;
      return { name, on, navigation, select };
    });
}

/** The type after the casts that a path begins with. Refuses: `unknownType`, `castNotDerived`. */
export function takeCasts<T extends StructuredType>(
  path: readonly string[],
  type: T,
  target: string,
  model: Model,
): { type: T; rest: readonly string[] } {
  let current = type;
  let taken = 0;
  for (const segment of path) {
    if (!segment.includes('.')) break;
    const found = model.findType(segment);
    if (found?.kind !== type.kind) throw new GraphError('unknownType', { target, values: { type: segment } });
    // Of the same kind, so it is one of T's.
    const cast = found as StructuredType as T;
    if (!areRelated(cast, current)) {
      throw new GraphError('castNotDerived', {
        target,
        values: { type: model.qualifiedName(cast), declared: model.qualifiedName(current) },
      });
    }
    // A cast to a base narrows nothing.
    if (isA(cast, current)) current = cast;
    taken++;
  }
  return { type: current, rest: path.slice(taken) };
}
