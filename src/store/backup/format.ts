// A backup as text: one JSON object a line. The first says what it is, the last how many rows there are and what all
// lines before it hash to; between them is a row in each.

import { type ColumnKind, type KeptTable, keptTable } from '../kept-tables.js';
import type { StoreMode } from '../store.js';
import type { Cells } from '../table-pages.js';

/** Moves on when an older program would misread what is written. */
export const formatNumber = 1;

export interface BackupHead {
  readonly backup: 'offshoot';
  readonly format: number;
  /** How many migrations the store had: the schema that its rows are of. */
  readonly migrations: number;
  readonly mode: StoreMode;
  /** When its state was, as `formatInstant` writes it. */
  readonly takenDateTime: string;
}

export interface BackupEnd {
  /** By the table's name. */
  readonly rows: Readonly<Record<string, number>>;
  /** Of the UTF-8 of all lines before, line feeds included; hexadecimal. */
  readonly sha256: string;
}

export interface BackupRow {
  readonly table: KeptTable;
  readonly cells: Cells;
}

export type BackupLine =
  | { readonly kind: 'head'; readonly head: BackupHead }
  | { readonly kind: 'row'; readonly row: BackupRow }
  | { readonly kind: 'end'; readonly end: BackupEnd };

/** Refuses a document that is not JSON. */
export function writeRow(table: KeptTable, cells: Cells): string {
  const row = Object.entries(table.columns).map(([column, kind]) => {
    const cell = cells[column] ?? null;
    return [column, kind === 'json' && cell !== null ? documentOf(table, cells, cell) : cell];
  });
  return JSON.stringify({ table: table.name, row: Object.fromEntries(row) });
}

function documentOf({ name, key }: KeptTable, cells: Cells, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const row = key.map((column) => cells[column]).join(' ');
    throw new Error(`The row ${row} of '${name}' has a document that is not JSON; see offshoot check.`, {
      cause: error,
    });
  }
}

export function writeEnd(end: BackupEnd): string {
  return JSON.stringify({ end });
}

/** Undefined for a line that no backup has. */
export function readLine(line: string): BackupLine | undefined {
  const value = parseObject(line);
  if (!value) return undefined;
  if ('backup' in value) return isHead(value) ? { kind: 'head', head: value } : undefined;
  if ('end' in value) return isEnd(value.end) ? { kind: 'end', end: value.end } : undefined;
  const row = readRow(value);
  return row && { kind: 'row', row };
}

function readRow({ table: name, row }: Readonly<Record<string, unknown>>): BackupRow | undefined {
  const table = typeof name === 'string' ? keptTable(name) : undefined;
  if (!table || !isObject(row) || Object.keys(row).length !== Object.keys(table.columns).length) return undefined;
  const cells: Record<string, string | null> = {};
  for (const [column, kind] of Object.entries(table.columns)) {
    const cell = Object.hasOwn(row, column) ? readCell(row[column], kind) : undefined;
    if (cell === undefined) return undefined;
    cells[column] = cell;
  }
  return { table, cells };
}

function readCell(value: unknown, kind: ColumnKind): string | null | undefined {
  if (value === null) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (typeof value !== 'string') return undefined;
  return kind === 'text' || /^-?\d{1,19}$/.test(value) ? value : undefined;
}

function isHead(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & BackupHead {
  const { backup, format, migrations, mode, takenDateTime } = value;
  if (backup !== 'offshoot' || !Number.isSafeInteger(format)) return false;
  // What else a newer one says is not known here.
  if (Number(format) > formatNumber) return true;
  const isMode = mode === 'development' || mode === 'production';
  return Number.isSafeInteger(migrations) && Number(migrations) > 0 && isMode && typeof takenDateTime === 'string';
}

function isEnd(value: unknown): value is BackupEnd {
  if (!isObject(value) || !isObject(value.rows)) return false;
  return Object.values(value.rows).every(Number.isSafeInteger) && /^[\da-f]{64}$/.test(String(value.sha256));
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
