// What can be simulated: rules, each with one effect on the requests that it is for.
import type { RefusalName } from '../base/index.js';

/** What happens to a request. */
export type Effect =
  /** 429, with so many seconds in Retry-After. */
  | { readonly kind: 'throttle'; readonly retryAfter: number }
  /** An answer of that status, with Retry-After if it is given. */
  | { readonly kind: 'error'; readonly status: number; readonly retryAfter: number | undefined }
  /** The request waits, from `least` to `most` milliseconds, before anything is done for it. */
  | { readonly kind: 'latency'; readonly least: number; readonly most: number }
  /** The tenant is answered as if its licence were this. */
  | { readonly kind: 'license'; readonly license: SimulatedLicense }
  /** A read answers the state of so many milliseconds ago. */
  | { readonly kind: 'eventualDelay'; readonly milliseconds: number };

export const simulatedLicenses = ['expired', 'absent'] as const;
export type SimulatedLicense = (typeof simulatedLicenses)[number];

export interface Rule {
  readonly name: string | undefined;
  /** In capitals; undefined for every one. */
  readonly methods: readonly string[] | undefined;
  /** As it was written; undefined for every one. */
  readonly path: string | undefined;
  /** Of the requests that it is for: from 0 to 1. */
  readonly share: number;
  /** How often it has its effect at most; undefined for any number of times. */
  readonly times: number | undefined;
  readonly effect: Effect;
}

export interface RuleSet {
  readonly seed: number;
  readonly rules: readonly Rule[];
}

export const usualSeed = 1;

/** The statuses that can be simulated: those that Graph documents (Microsoft Graph error responses), and 502 of gateways. */
export const simulatedErrors: ReadonlyMap<number, RefusalName> = new Map<number, RefusalName>([
  [400, 'simulatedBadRequest'],
  [401, 'simulatedUnauthorized'],
  [402, 'simulatedPaymentRequired'],
  [403, 'simulatedForbidden'],
  [404, 'simulatedNotFound'],
  [405, 'simulatedMethodNotAllowed'],
  [406, 'simulatedNotAcceptable'],
  [409, 'simulatedConflict'],
  [410, 'simulatedGone'],
  [411, 'simulatedLengthRequired'],
  [412, 'simulatedPreconditionFailed'],
  [413, 'simulatedRequestTooLarge'],
  [415, 'simulatedUnsupportedMediaType'],
  [416, 'simulatedRangeNotSatisfiable'],
  [422, 'simulatedUnprocessable'],
  [423, 'simulatedLocked'],
  [429, 'simulatedTooManyRequests'],
  [500, 'simulatedInternalError'],
  [501, 'simulatedNotImplemented'],
  [502, 'simulatedBadGateway'],
  [503, 'simulatedUnavailable'],
  [504, 'simulatedGatewayTimeout'],
  [507, 'simulatedInsufficientStorage'],
  [509, 'simulatedBandwidthExceeded'],
]);
