// Entities as rows and back.
import type { Value } from '../edm/index.js';
import type { Stored, StoredLinks } from '../plan/index.js';
import { type Layout, linkedKeysColumn, type Shape } from './layout.js';
import type { Row, Scalar } from './queries.js';

/** The selected columns of the layout, each behind `prefix`. */
export function selection(layout: Layout, prefix = ''): string {
  return layout.selected.map((column) => prefix + column).join(', ');
}

/** The entity in a row of the selected columns. */
export function decode(layout: Layout, row: Row): Stored {
  const { type, fields, links: singles, collections } = shapeOf(layout, layout.typed ? row[0] : layout.set.type.name);
  const document = layout.documented ? jsonOf<Value>(row[documentIndex(layout)]) : {};
  const entity: Record<string, Value> & { id: string } = { id: '' };
  for (const field of fields) {
    const value = field.index === undefined ? document[field.name] : row[field.index];
    if (value === undefined) entity[field.name] = field.default;
    else entity[field.name] = field.boolean && value !== null ? Boolean(value) : value;
  }
  const links: Record<string, string | null | readonly string[]> = {};
  for (const { name, index } of singles) links[name] = textOrNull(row[index]);
  if (collections.length > 0) {
    const keys = jsonOf<readonly string[]>(row[layout.selected.indexOf(linkedKeysColumn)]);
    for (const name of collections) links[name] = keys[name] ?? [];
  }
  return {
    type,
    entity,
    version: layout.versioned ? Number(row[versionIndex(layout)]) : 1,
    links,
    ...(layout.owner !== undefined && { owner: String(row[layout.selected.indexOf(layout.owner)]) }),
  };
}

/** The row of an entity: the values of the selected columns. */
export function encode(layout: Layout, stored: Stored): Scalar[] {
  const { type, fields, links, collections } = shapeOf(layout, stored.type.name);
  const row: Scalar[] = layout.selected.map(() => null);
  const document: Record<string, Value | undefined> = {};
  for (const { name, index } of fields) {
    if (index === undefined) document[name] = stored.entity[name];
    else row[index] = scalar(stored.entity[name]);
  }
  for (const { name, index } of links) row[index] = keyOrNull(stored.links[name]);
  if (layout.linked) {
    const keys = collections.map((name) => [name, stored.links[name] ?? []]);
    row[layout.selected.indexOf(linkedKeysColumn)] = JSON.stringify(Object.fromEntries(keys));
  }
  if (layout.owner !== undefined) row[layout.selected.indexOf(layout.owner)] = stored.owner ?? null;
  if (layout.typed) row[0] = type.name;
  if (layout.versioned) row[versionIndex(layout)] = stored.version;
  if (layout.documented) row[documentIndex(layout)] = JSON.stringify(document);
  return row;
}

function shapeOf(layout: Layout, name: Scalar | undefined): Shape {
  const shape = layout.shapes.get(String(name));
  if (!shape) throw new Error(`the entity set '${layout.set.name}' has no entities of type '${name}'`);
  return shape;
}

/** A JSON object: a text in a row, an object where the row is JSON itself. */
function jsonOf<T>(cell: unknown): Readonly<Record<string, T>> {
  return typeof cell === 'string' ? JSON.parse(cell) : (cell as Readonly<Record<string, T>>);
}

/** Where `layOut` puts the version and the document: behind the type, and last. */
const versionIndex = (layout: Layout): number => (layout.typed ? 1 : 0);
const documentIndex = (layout: Layout): number => layout.selected.length - 1;

function scalar(value: Value | undefined): Scalar {
  if (value === undefined || typeof value === 'object') return null;
  return value;
}

function textOrNull(value: Scalar | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function keyOrNull(link: StoredLinks[string] | undefined): string | null {
  return typeof link === 'string' ? link : null;
}
