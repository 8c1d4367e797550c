// Values as each metadata level shows them: with their types, as they are kept, or bare.
import type { Model, Property, Structure, StructuredType, Value } from '../edm/index.js';
import { isA } from '../edm/index.js';
import type { Selection } from '../plan/index.js';

export const metadataLevels = ['none', 'minimal', 'full'] as const;
/** How much control information stands beside the data (OData JSON 4.01, section 3.1). */
export type MetadataLevel = (typeof metadataLevels)[number];

/** The members of an object's JSON text, without its braces, as the level has them. */
export function membersText(values: Structure, type: StructuredType, level: MetadataLevel, model: Model): string {
  const shown = level === 'full' ? annotated(values, type, model) : values;
  return (level === 'none' ? JSON.stringify(shown, withoutControl) : JSON.stringify(shown)).slice(1, -1);
}

/** What tells the type of a value. */
export type Typed = Pick<Property, 'type' | 'collection'>;

/** The JSON text of one value. */
export function valueText(value: Value, property: Typed, level: MetadataLevel, model: Model): string {
  const shown = level === 'full' ? annotatedValue(value, property, model) : value;
  return level === 'none' ? JSON.stringify(shown, withoutControl) : JSON.stringify(shown);
}

/** What is selected of a value of the type. A derived complex value keeps its `@odata.type`. */
export function pick(values: Structure, type: StructuredType, select: Selection, model: Model): Structure {
  if (select === undefined) return values;
  const picked: Record<string, Value> = {};
  if (values['@odata.type'] !== undefined) picked['@odata.type'] = values['@odata.type'];
  for (const { name, on, select: inner } of select) {
    // A navigation property is none of the value's own; its link stands elsewhere.
    const property = type.properties.get(name);
    if (!property || !isA(type, on)) continue;
    const value = values[name] ?? null;
    picked[name] = inner === undefined ? value : pickWithin(value, property, inner, model);
  }
  return picked;
}

function pickWithin(value: Value, property: Property, select: Selection, model: Model): Value {
  const { type } = property;
  if (value === null || typeof value !== 'object' || type.kind !== 'complex') return value;
  if (isList(value)) return value.map((item) => pickWithin(item, property, select, model));
  return pick(value, actualType(value, type, model), select, model);
}

/** Before each property whose type JSON does not tell stands the type; objects begin with theirs. */
function annotated(values: Structure, type: StructuredType, model: Model): Structure {
  const shown: Record<string, Value> = {};
  for (const [name, value] of Object.entries(values)) {
    const property = type.properties.get(name);
    if (!property) {
      shown[name] = value;
      continue;
    }
    const annotation = typeAnnotation(value, property, model);
    if (annotation !== undefined) shown[`${name}@odata.type`] = annotation;
    shown[name] = annotatedValue(value, property, model);
  }
  return shown;
}

function annotatedValue(value: Value, property: Typed, model: Model): Value {
  const { type } = property;
  if (value === null || typeof value !== 'object' || type.kind !== 'complex') return value;
  if (isList(value)) return value.map((item) => annotatedValue(item, property, model));
  const actual = actualType(value, type, model);
  const { '@odata.type': _, ...members } = value;
  return { '@odata.type': `#${model.qualifiedName(actual)}`, ...annotated(members, actual, model) };
}

/** The types that JSON's own values stand for (OData JSON 4.01, section 4.6.3); nobody needs to be told of them. */
const told: ReadonlySet<string> = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Int32', 'Edm.Double']);

/** `#DateTimeOffset`, `#Collection(String)`, `#microsoft.graph.vpnOnDemandRule`; undefined where JSON says enough. */
export function typeAnnotation(value: Value, { type, collection }: Typed, model: Model): string | undefined {
  if (value === null) return undefined;
  if (!collection && (type.kind === 'complex' || told.has(type.name))) return undefined;
  // OData's own types go without `Edm.` in annotations.
  const name = type.kind === 'primitive' ? type.name.slice('Edm.'.length) : model.qualifiedName(type);
  return collection ? `#Collection(${name})` : `#${name}`;
}

function actualType(value: Structure, declared: StructuredType, model: Model): StructuredType {
  const name = value['@odata.type'];
  const found = typeof name === 'string' ? model.findType(name) : undefined;
  return found && found.kind !== 'enum' ? found : declared;
}

function isList(value: Structure | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

function withoutControl(name: string, value: unknown): unknown {
  return name === '@odata.type' ? undefined : value;
}
