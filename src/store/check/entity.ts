// Reads one entity of a table and says everything that is wrong with its row.
import type { EntitySet } from '../../edm/index.js';
import type { Stored } from '../../plan/index.js';
import { keptTable } from '../kept-tables.js';
import { documentColumn, type Layout, layoutOf, linkedKeysColumn, type Shape } from '../layout.js';
import type { Row } from '../queries.js';
import { decode } from '../rows.js';
import type { Cells } from '../table-pages.js';

/** Undefined, and said why, where the row makes no entity. */
export function readEntity(set: EntitySet, cells: Cells, say: (text: string) => void): Stored | undefined {
  const layout = layoutOf(set);
  const shape = layout.shapes.get(layout.typed ? String(cells.type) : set.type.name);
  if (!shape) {
    say(`the model has no type '${cells.type}' here`);
    return undefined;
  }
  if (layout.versioned) checkVersion(cells, say);
  const faults = [...documentFaults(layout, shape, cells), ...linkedKeysFaults(layout, shape, cells)];
  for (const fault of faults) say(fault.text);
  return faults.some(({ fatal }) => fatal) ? undefined : decode(layout, rowOf(layout, cells));
}

/** Versions count from 1; the model has 32 bits for them. */
export function checkVersion({ version }: Cells, say: (text: string) => void): void {
  const number = Number(version);
  if (!(number >= 1 && number <= 0x7fff_ffff)) say(`its version is ${version}`);
}

interface Fault {
  readonly text: string;
  /** Whether there is no entity for it. */
  readonly fatal: boolean;
}

function documentFaults(layout: Layout, { type, fields }: Shape, cells: Cells): Fault[] {
  if (!layout.documented) return [];
  const document = parseObject(cells[documentColumn]);
  if (!document) return [{ text: 'its document is not a JSON object', fatal: true }];
  const known = new Set(fields.filter(({ index }) => index === undefined).map(({ name }) => name));
  const unknown = Object.keys(document).filter((name) => !known.has(name));
  return unknown.map((name) => ({
    text: `its document has '${name}', which '${type.name}' keeps nowhere`,
    fatal: false,
  }));
}

function linkedKeysFaults(layout: Layout, { type, collections }: Shape, cells: Cells): Fault[] {
  if (!layout.linked) return [];
  const keys = parseObject(cells[linkedKeysColumn]);
  if (!keys) return [{ text: 'its linked keys are not a JSON object', fatal: true }];
  return Object.entries(keys).flatMap(([name, value]): Fault[] => {
    const isList = Array.isArray(value) && value.every((key) => typeof key === 'string');
    if (!isList) return [{ text: `its linked keys of '${name}' are not a list of keys`, fatal: true }];
    if (collections.includes(name) || value.length === 0) return [];
    return [{ text: `it has linked keys of '${name}', to which '${type.name}' has no links`, fatal: false }];
  });
}

function rowOf({ table, selected }: Layout, cells: Cells): Row {
  const kinds = keptTable(table)?.columns ?? {};
  return selected.map((column) => {
    const cell = cells[column] ?? null;
    return kinds[column] === 'integer' && cell !== null ? Number(cell) : cell;
  });
}

function parseObject(text: string | null | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
