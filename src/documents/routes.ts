// What the server answers to at a path: read from the tables that it obeys itself.
import { GraphError } from '../base/index.js';
import type { Model } from '../edm/index.js';
import { locate, methodsOf } from '../odata/index.js';
import type { Address, Operation } from '../plan/index.js';
import { requiredPermissions } from '../service/index.js';

export interface Route {
  /** `PATCH` */
  readonly method: string;
  readonly action: Operation['kind'];
  /** Any one of which is enough. */
  readonly permissions: readonly string[];
}

export interface Resource {
  readonly address: Address;
  readonly routes: readonly Route[];
}

/** The resource at the path below the service root, such as `deviceManagement/derivedCredentials`; undefined where there is none. */
export function resourceAt(path: string, model: Model): Resource | undefined {
  try {
    const { address } = locate(`/beta/${path}`, model);
    const routes = Object.entries(methodsOf(address)).map(([method, action]) => ({
      method,
      action,
      permissions: requiredPermissions(action, address),
    }));
    return { address, routes };
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}
