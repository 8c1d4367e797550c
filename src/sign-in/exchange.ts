// What is known of the request that is being answered, for the hooks that the library calls on the way.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Application, Tenant } from '../plan/index.js';
import type { Address } from './addresses.js';
import type { SignInError } from './errors.js';

/** How an application proves itself in a request. */
export type Proof = 'none' | 'secret' | 'certificate';

export interface Exchange {
  readonly tenant: Tenant;
  readonly address: Address;
  readonly origin: string;
  readonly ipAddress: string;
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly proof: Proof;
  /** The assertion by which an application proves itself. */
  readonly assertion: string | undefined;
  /** Where sign-in shall lead back to, as the request has it. */
  readonly redirectUri: string | undefined;
  /** The application that asks, once it is found. */
  application: Application | undefined;
  /** The object id of whoever the tokens are for. */
  userId: string | undefined;
  /** All scopes that were granted, once tokens are given. */
  scope: string | undefined;
  /** What a page's form says. */
  form: URLSearchParams | undefined;
  /** Why the library refused the request. */
  refused: unknown;
  /** A refusal of our own that says more than the library's. */
  refusal: SignInError | undefined;
}

const storage = new AsyncLocalStorage<Exchange>();

export function during<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
  return storage.run(exchange, work);
}

/** Throws outside of a request: no hook is called there. */
export function currentExchange(): Exchange {
  const exchange = storage.getStore();
  if (!exchange) throw new Error('the library asked outside of a request');
  return exchange;
}
