// The tables that hold what a store keeps, and how a backup writes their columns.

/** A whole number is written in decimal digits, JSON as itself. */
export type ColumnKind = 'text' | 'integer' | 'json';

export interface KeptTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** The primary key, in whose order rows are read. */
  readonly key: readonly string[];
  /** Columns that refer to rows of the table itself, which may come later than the row. */
  readonly later?: readonly string[];
  /** Whether it tells what the server itself is, its keys among it, rather than what it is asked to keep. */
  readonly ofServer?: true;
}

/** Columns that refer to another profile. */
const profileLinks = [
  'identity_certificate_id',
  'identity_certificate_for_client_authentication_id',
  'root_certificate_id',
  'root_certificate_for_server_validation_id',
  'smime_encryption_certificate_id',
  'smime_signing_certificate_id',
] as const;

/** All but `migrations` and those that pass, each behind those that it refers to. */
export const keptTables: readonly KeptTable[] = [
  {
    name: 'store',
    columns: { id: 'integer', mode: 'text', born_date_time: 'text' },
    key: ['id'],
    ofServer: true,
  },
  {
    name: 'secrets',
    columns: { name: 'text', text: 'text' },
    key: ['name'],
    ofServer: true,
  },
  {
    name: 'tenants',
    columns: { id: 'text', display_name: 'text', license: 'text', version: 'integer' },
    key: ['id'],
  },
  {
    name: 'applications',
    columns: { tenant_id: 'text', id: 'text', version: 'integer', properties: 'json' },
    key: ['tenant_id', 'id'],
  },
  {
    name: 'users',
    columns: { tenant_id: 'text', id: 'text', version: 'integer', name_key: 'text', properties: 'json' },
    key: ['tenant_id', 'id'],
  },
  {
    name: 'limits',
    columns: { id: 'integer', version: 'integer', limits: 'json' },
    key: ['id'],
  },
  {
    name: 'derived_credential_settings',
    columns: {
      tenant_id: 'text',
      id: 'text',
      version: 'integer',
      created_date_time: 'text',
      display_name: 'text',
      help_url: 'text',
      issuer: 'text',
      notification_type: 'text',
      renewal_threshold_percentage: 'integer',
    },
    key: ['tenant_id', 'id'],
  },
  {
    name: 'device_configurations',
    columns: {
      tenant_id: 'text',
      id: 'text',
      type: 'text',
      version: 'integer',
      created_date_time: 'text',
      last_modified_date_time: 'text',
      display_name: 'text',
      description: 'text',
      derived_credential_settings_id: 'text',
      ...(Object.fromEntries(profileLinks.map((name) => [name, 'text'])) as Record<string, ColumnKind>),
      linked_keys: 'json',
      properties: 'json',
    },
    key: ['tenant_id', 'id'],
    later: profileLinks,
  },
  {
    name: 'device_configuration_links',
    columns: { tenant_id: 'text', source_id: 'text', property: 'text', target_id: 'text' },
    key: ['tenant_id', 'source_id', 'property', 'target_id'],
  },
  {
    name: 'device_configuration_assignments',
    columns: {
      tenant_id: 'text',
      device_configuration_id: 'text',
      position: 'integer',
      id: 'text',
      version: 'integer',
      intent: 'text',
      source: 'text',
      source_id: 'text',
      properties: 'json',
    },
    key: ['tenant_id', 'device_configuration_id', 'position'],
  },
  {
    name: 'audit_events',
    // The document is a text here: its letters are hashed.
    columns: {
      tenant_id: 'text',
      id: 'text',
      position: 'integer',
      activity_date_time: 'text',
      activity_type: 'text',
      category: 'text',
      display_name: 'text',
      properties: 'text',
      hash: 'text',
    },
    key: ['tenant_id', 'position'],
  },
  {
    name: 'audit_heads',
    columns: { tenant_id: 'text', position: 'integer', hash: 'text' },
    key: ['tenant_id'],
  },
  {
    name: 'audit_seals',
    columns: { tenant_id: 'text', position: 'integer', seal: 'text' },
    key: ['tenant_id', 'position'],
  },
];

/**
 * What nobody backs up: codes, refresh tokens and sessions, which a copy must not bring back to life. After a restore
 * people sign in anew.
 */
export const passingTables: readonly string[] = ['sign_in_records'];

export function keptTable(name: string): KeptTable | undefined {
  return keptTables.find((table) => table.name === name);
}
