// `@odata.context`: what an answer is an answer of (OData protocol 4.01, section 10).
import type { Model, StructuredType } from '../edm/index.js';
import type { EntityQuery, Expansion, Selection } from '../plan/index.js';
import { castPrefix, type Place } from './place.js';

/** `#deviceManagement/deviceConfigurations(id,assignments())/$entity` */
export function entityContext(place: Place, query: EntityQuery, model: Model): string {
  return `${collectionContext(place, query, model)}/$entity`;
}

/** `#deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration(id,server/address)` */
export function collectionContext(place: Place, query: EntityQuery, model: Model): string {
  const cast = place.cast === undefined ? '' : `/${model.qualifiedName(place.cast)}`;
  return `#${place.path}${cast}${selectList(query, place.cast ?? place.type, model)}`;
}

/** What is selected and expanded, in parentheses; nothing where an entity is answered as it is. */
export function selectList(query: EntityQuery, type: StructuredType, model: Model): string {
  if (query.select === undefined && query.expand.length === 0) return '';
  return `(${selectItems(query, type, model)})`;
}

function selectItems({ select, expand }: EntityQuery, type: StructuredType, model: Model): string {
  const expanded = expand.map((expansion) => expandItem(expansion, type, model));
  // A navigation property that is selected and expanded too is told once.
  const selected = select?.filter(({ name, on, navigation }) => {
    return !navigation || !expand.some((other) => other.property.name === name && other.on === on);
  });
  return [...propertyItems(selected, type, model), ...expanded].join(',');
}

function propertyItems(select: Selection, type: StructuredType, model: Model): string[] {
  return (select ?? []).flatMap(({ name, on, select: inner }) => {
    const item = `${castPrefix(type, on, model)}${name}`;
    const property = on.properties.get(name);
    if (inner === undefined || property?.type.kind !== 'complex') return [item];
    return propertyItems(inner, property.type, model).map((below) => `${item}/${below}`);
  });
}

function expandItem(
  { property, on, type, query, references, countOnly }: Expansion,
  from: StructuredType,
  model: Model,
): string {
  const item = `${castPrefix(from, on, model)}${property.name}`;
  if (countOnly) return `${item}/$count`;
  return references ? `${item}/$ref` : `${item}(${selectItems(query, type, model)})`;
}
