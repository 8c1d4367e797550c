// The tables of the directory, and of the limits that are set by request.
import type { Migration } from './migration.js';

export const directory: Migration = {
  number: 2,
  sql: ({ text, integer, json, byArrival }) => `
-- properties: a JSON object of all that has no column, hashes of secrets among it.
CREATE TABLE applications (
  tenant_id ${text} NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT,
  id ${text} NOT NULL,
  version ${integer} NOT NULL,
  properties ${json} NOT NULL,
  PRIMARY KEY (tenant_id, id)
)${byArrival};

-- name_key: the user principal name in lower case.
CREATE TABLE users (
  tenant_id ${text} NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT,
  id ${text} NOT NULL,
  version ${integer} NOT NULL,
  name_key ${text} NOT NULL,
  properties ${json} NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name_key)
)${byArrival};

-- At most one row: the limits on requests that hold instead of those of the settings; null where those do.
CREATE TABLE limits (
  id ${integer} NOT NULL PRIMARY KEY CHECK (id = 1),
  version ${integer} NOT NULL,
  limits ${json}
)${byArrival};
`,
};
