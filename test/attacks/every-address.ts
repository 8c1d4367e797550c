// Every address of the service with its methods, as its OpenAPI document lists them, which is made of the model.
import assert from 'node:assert/strict';
import { call } from '../support.js';

export interface Addressed {
  readonly method: string;
  /** Below the service root, `{deviceConfigurations-id}` and its like in place of keys. */
  readonly path: string;
  /** The names in braces, in order. */
  readonly keys: readonly string[];
}

const methods = ['get', 'head', 'post', 'patch', 'put', 'delete'];

export async function everyAddress(plainUrl: string, headers: Record<string, string> = {}): Promise<Addressed[]> {
  const { status, json } = await call({ plainUrl }, 'GET', '/beta/openapi.json', { token: null, headers });
  assert.equal(status, 200);
  return Object.entries(json.paths as Record<string, object>).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => methods.includes(name))
      .map((method) => ({
        method: method.toUpperCase(),
        path,
        keys: [...path.matchAll(/\{([^}]+-id)\}/g)].map(([, key = '']) => key),
      })),
  );
}

/** The type that a path's last cast names; undefined without a cast. */
export function castIn(path: string): string | undefined {
  return /.*\/microsoft\.graph\.(\w+)/.exec(path)?.[1];
}
