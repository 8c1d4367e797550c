// Says everything that is wrong with a row of the directory.
import { nameKey } from '../../plan/index.js';
import type { Cells } from '../table-pages.js';
import { checkVersion } from './entity.js';

export const directoryTables = ['applications', 'users'] as const;
type DirectoryTable = (typeof directoryTables)[number];

/** What a document has, and of which kind. */
const members: Readonly<Record<DirectoryTable, Readonly<Record<string, string>>>> = {
  applications: {
    displayName: 'string',
    enabled: 'boolean',
    roles: 'list',
    scopes: 'list',
    redirectUris: 'list',
    secrets: 'list',
    certificates: 'list',
  },
  users: {
    userPrincipalName: 'string',
    displayName: 'string',
    enabled: 'boolean',
    passwordHash: 'string or null',
    scopes: 'list',
    consents: 'list',
  },
};

export function checkDirectoryRow(table: DirectoryTable, row: Cells, say: (text: string) => void): void {
  checkVersion(row, say);
  const document = parseObject(row.properties);
  if (document) checkDocument(table, row, document, say);
  else say('its document is not a JSON object');
}

function checkDocument(
  table: DirectoryTable,
  row: Cells,
  document: Readonly<Record<string, unknown>>,
  say: (text: string) => void,
): void {
  const kinds = members[table];
  for (const [name, kind] of Object.entries(kinds)) {
    if (!kind.split(' or ').includes(kindOf(document[name]))) say(`its '${name}' is not a ${kind}`);
  }
  for (const name of Object.keys(document)) {
    if (!Object.hasOwn(kinds, name)) say(`its document has '${name}', which is kept nowhere`);
  }
  const name = document.userPrincipalName;
  if (table === 'users' && typeof name === 'string' && row.name_key !== nameKey(name)) {
    say(`it is found by '${row.name_key}' and called '${name}'`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function parseObject(text: string | null | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return kindOf(value) === 'object' ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
