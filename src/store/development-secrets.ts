// Keeps the secrets of a development store: first come, kept for good.
import type { Connection } from './connection.js';
import type { Dialect } from './dialect.js';
import type { GroupWriter } from './group-writer.js';
import type { DevelopmentSecrets, StoreMode } from './store.js';

export function createDevelopmentSecrets(
  mode: StoreMode,
  connection: Connection,
  writer: GroupWriter,
  dialect: Dialect,
): DevelopmentSecrets {
  const [first, second] = [dialect.placeholder(1), dialect.placeholder(2)];
  const findSecret = async (name: string): Promise<string | undefined> => {
    const text = connection.get(`SELECT text FROM development_secrets WHERE name = ${first}`, [name])?.[0];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    findSecret,
    async keepSecret(name, text) {
      if (mode === 'production') throw new Error('a production store keeps no development secrets');
      const sql = `INSERT INTO development_secrets (name, text) VALUES (${first}, ${second}) ON CONFLICT (name) DO NOTHING`;
      await writer.write([{ sql, parameters: [name, text], changes: 1, otherwise: 'done' }]);
      const kept = await findSecret(name);
      if (kept === undefined) throw new Error(`the secret '${name}' was not kept`);
      return kept;
    },
  };
}
