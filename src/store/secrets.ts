// Keeps the server's secrets: first come, kept for good.

import type { WriteStatement } from './apply-group.js';
import type { Dialect } from './dialect.js';
import type { Queries } from './queries.js';
import type { Secrets } from './store.js';

export function createSecrets(
  connection: Queries,
  write: (statements: readonly WriteStatement[]) => Promise<unknown>,
  dialect: Dialect,
): Secrets {
  const [first, second] = [dialect.placeholder(1), dialect.placeholder(2)];
  const findSecret = async (name: string): Promise<string | undefined> => {
    const [text] = (await connection.get(`SELECT text FROM secrets WHERE name = ${first}`, [name])) ?? [];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    findSecret,
    async keepSecret(name, text) {
      const sql = `INSERT INTO secrets (name, text) VALUES (${first}, ${second}) ON CONFLICT (name) DO NOTHING`;
      await write([{ sql, parameters: [name, text], changes: 1, otherwise: 'done' }]);
      const kept = await findSecret(name);
      if (kept === undefined) throw new Error(`the secret '${name}' was not kept`);
      return kept;
    },
  };
}
