// The tables of the first release.
import type { Migration } from './migration.js';

export const firstTables: Migration = {
  number: 1,
  sql: ({ text, integer, json, byKey, byArrival, emptyObject, textAt }) => `
-- One row: what the store is for.
CREATE TABLE store (
  id ${integer} NOT NULL PRIMARY KEY CHECK (id = 1),
  mode ${text} NOT NULL CHECK (mode IN ('development', 'production')),
  born_date_time ${text} NOT NULL
)${byArrival};

-- Keys of the server's own; in a development store, its tenant, signing key and certificate authority too.
CREATE TABLE secrets (
  name ${text} NOT NULL PRIMARY KEY,
  text ${text} NOT NULL
)${byArrival};

CREATE TABLE tenants (
  id ${text} NOT NULL PRIMARY KEY,
  display_name ${text} NOT NULL,
  license ${text} NOT NULL CHECK (license IN ('active', 'expired', 'absent')),
  version ${integer} NOT NULL
)${byKey};

-- The tenant as the API has it, below /organization.
CREATE VIEW organizations AS SELECT id AS tenant_id, id, display_name, version FROM tenants;

-- The one tag that every tenant has; nobody can make another.
CREATE VIEW role_scope_tags AS
  SELECT id AS tenant_id, '0' AS id, 'Default' AS display_name, 'Default Role Scope Tag' AS description,
    TRUE AS is_built_in
  FROM tenants;

-- UNIQUE (tenant_id): a tenant has one settings object at a time.
CREATE TABLE derived_credential_settings (
  tenant_id ${text} NOT NULL UNIQUE REFERENCES tenants (id) ON DELETE RESTRICT,
  id ${text} NOT NULL,
  version ${integer} NOT NULL,
  created_date_time ${text} NOT NULL,
  display_name ${text} NOT NULL,
  help_url ${text},
  issuer ${text} NOT NULL,
  notification_type ${text} NOT NULL,
  renewal_threshold_percentage ${integer} NOT NULL,
  PRIMARY KEY (tenant_id, id)
)${byKey};

-- properties: a JSON object of the properties that have no column.
-- linked_keys: a JSON object of the keys in device_configuration_links, in the order in which they were given.
CREATE TABLE device_configurations (
  tenant_id ${text} NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT,
  id ${text} NOT NULL,
  type ${text} NOT NULL,
  version ${integer} NOT NULL,
  created_date_time ${text} NOT NULL,
  last_modified_date_time ${text} NOT NULL,
  display_name ${text} NOT NULL,
  description ${text},
  derived_credential_settings_id ${text},
  identity_certificate_id ${text},
  identity_certificate_for_client_authentication_id ${text},
  root_certificate_id ${text},
  root_certificate_for_server_validation_id ${text},
  smime_encryption_certificate_id ${text},
  smime_signing_certificate_id ${text},
  linked_keys ${json} NOT NULL,
  properties ${json} NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, derived_credential_settings_id)
    REFERENCES derived_credential_settings (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, identity_certificate_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, identity_certificate_for_client_authentication_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, root_certificate_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, root_certificate_for_server_validation_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, smime_encryption_certificate_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, smime_signing_certificate_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT
)${byArrival};
-- Each ends with the order of lists, or SQLite would rather scan a tenant in that order than sort a few rows.
CREATE INDEX device_configurations_by_creation ON device_configurations (tenant_id, created_date_time, id);
CREATE INDEX device_configurations_by_display_name
  ON device_configurations (tenant_id, display_name, created_date_time, id);
CREATE INDEX device_configurations_by_derived_credential_settings
  ON device_configurations (tenant_id, derived_credential_settings_id, created_date_time, id);
-- Without these, a delete would look through the whole tenant for profiles that refer to the one that goes.
CREATE INDEX device_configurations_by_identity_certificate
  ON device_configurations (tenant_id, identity_certificate_id, created_date_time, id) WHERE identity_certificate_id IS NOT NULL;
CREATE INDEX device_configurations_by_identity_certificate_for_client_authentication
  ON device_configurations (tenant_id, identity_certificate_for_client_authentication_id, created_date_time, id) WHERE identity_certificate_for_client_authentication_id IS NOT NULL;
CREATE INDEX device_configurations_by_root_certificate
  ON device_configurations (tenant_id, root_certificate_id, created_date_time, id) WHERE root_certificate_id IS NOT NULL;
CREATE INDEX device_configurations_by_root_certificate_for_server_validation
  ON device_configurations (tenant_id, root_certificate_for_server_validation_id, created_date_time, id) WHERE root_certificate_for_server_validation_id IS NOT NULL;
CREATE INDEX device_configurations_by_smime_encryption_certificate
  ON device_configurations (tenant_id, smime_encryption_certificate_id, created_date_time, id) WHERE smime_encryption_certificate_id IS NOT NULL;
CREATE INDEX device_configurations_by_smime_signing_certificate
  ON device_configurations (tenant_id, smime_signing_certificate_id, created_date_time, id) WHERE smime_signing_certificate_id IS NOT NULL;

CREATE TABLE device_configuration_links (
  tenant_id ${text} NOT NULL,
  source_id ${text} NOT NULL,
  property ${text} NOT NULL,
  target_id ${text} NOT NULL,
  PRIMARY KEY (tenant_id, source_id, property, target_id),
  FOREIGN KEY (tenant_id, source_id) REFERENCES device_configurations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, target_id) REFERENCES device_configurations (tenant_id, id) ON DELETE RESTRICT
)${byKey};
CREATE INDEX device_configuration_links_by_target ON device_configuration_links (tenant_id, target_id);

-- position: 1, 2, 3 … per profile, in the order in which they were given.
CREATE TABLE device_configuration_assignments (
  tenant_id ${text} NOT NULL,
  device_configuration_id ${text} NOT NULL,
  position ${integer} NOT NULL,
  id ${text} NOT NULL,
  version ${integer} NOT NULL,
  intent ${text},
  source ${text} NOT NULL,
  source_id ${text},
  properties ${json} NOT NULL,
  PRIMARY KEY (tenant_id, device_configuration_id, position),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, device_configuration_id)
    REFERENCES device_configurations (tenant_id, id) ON DELETE CASCADE
)${byKey};

-- The assignments to groups, in the older form.
CREATE VIEW device_configuration_group_assignments AS
  SELECT tenant_id, device_configuration_id, position, id, version,
    ${textAt('properties', ['target', 'groupId'])} AS target_group_id,
    ${textAt('properties', ['target', '@odata.type'])} = '#microsoft.graph.exclusionGroupAssignmentTarget'
      AS exclude_group
  FROM device_configuration_assignments
  WHERE ${textAt('properties', ['target', '@odata.type'])}
    IN ('#microsoft.graph.groupAssignmentTarget', '#microsoft.graph.exclusionGroupAssignmentTarget');

-- What became of a profile on devices and with users, which is nothing: no device has ever asked for it.
CREATE VIEW device_configuration_overviews AS
  SELECT tenant_id, id, id AS device_configuration_id, version, version AS configuration_version,
    last_modified_date_time AS last_update_date_time, 0 AS conflict_count, 0 AS error_count, 0 AS failed_count,
    0 AS not_applicable_count, 0 AS not_applicable_platform_count, 0 AS pending_count, 0 AS success_count
  FROM device_configurations;

-- What has no row, such as what single devices report.
CREATE VIEW no_rows AS
  SELECT tenant_id, id, id AS device_configuration_id, ${emptyObject} AS properties FROM device_configurations WHERE FALSE;

-- position: 1, 2, 3 … per tenant, in the order of writing; properties: JSON as a text, letter by letter; hash: of the
-- row and of the hash before it (audit-chain.ts). Rows are long, so they lie in a table of their own (a key's
-- tree would give each an overflow page) in the order in which they come, and adding one touches few pages.
-- No reference to tenants: an event outlives what it tells of.
CREATE TABLE audit_events (
  tenant_id ${text} NOT NULL,
  id ${text} NOT NULL,
  position ${integer} NOT NULL,
  activity_date_time ${text} NOT NULL,
  activity_type ${text},
  category ${text},
  display_name ${text},
  properties ${text} NOT NULL,
  hash ${text} NOT NULL,
  PRIMARY KEY (tenant_id, position),
  UNIQUE (tenant_id, id)
)${byArrival};

-- The last event of each tenant's chain. Every write of a tenant moves it on, so those of several nodes take turns here.
CREATE TABLE audit_heads (
  tenant_id ${text} NOT NULL PRIMARY KEY,
  position ${integer} NOT NULL,
  hash ${text} NOT NULL
)${byKey};

-- Ends of chains as they were at some moment, signed with a key that is kept elsewhere (src/audit/seal.ts). Where the
-- events before one are gone, the chain begins behind it.
CREATE TABLE audit_seals (
  tenant_id ${text} NOT NULL,
  position ${integer} NOT NULL,
  seal ${text} NOT NULL,
  PRIMARY KEY (tenant_id, position)
)${byKey};
`,
};
