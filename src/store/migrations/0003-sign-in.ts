// The table of what a sign-in leaves behind for a while.
import type { Migration } from './migration.js';

export const signIn: Migration = {
  number: 3,
  sql: ({ text, integer, json, byKey }) => `
-- Codes, refresh tokens, sessions and what else the token endpoint has to remember until it expires. id and user_code are
-- hashes, so that nothing in a row can be presented by who reads it. expires: seconds since 1970.
CREATE TABLE sign_in_records (
  tenant_id ${text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  kind ${text} NOT NULL,
  id ${text} NOT NULL,
  grant_id ${text},
  session_id ${text},
  user_code ${text},
  consumed ${integer},
  expires ${integer} NOT NULL,
  properties ${json} NOT NULL,
  PRIMARY KEY (tenant_id, kind, id)
)${byKey};
CREATE INDEX sign_in_records_by_grant ON sign_in_records (tenant_id, grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX sign_in_records_by_session ON sign_in_records (tenant_id, session_id) WHERE session_id IS NOT NULL;
CREATE INDEX sign_in_records_by_user_code ON sign_in_records (tenant_id, user_code) WHERE user_code IS NOT NULL;
CREATE INDEX sign_in_records_by_end ON sign_in_records (tenant_id, expires);
`,
};
