// Verifies the audit of each tenant: its chain, and what was signed of it.
import type { KeyObject } from 'node:crypto';
import { cutAuditType } from '../domain/index.js';
import {
  type AuditRows,
  beginning,
  type Cells,
  type ChainBreak,
  findBreak,
  type Link,
  linkOf,
  startingWith,
  tenantsOf,
} from '../store/index.js';
import type { Anchors } from './anchors.js';
import { type Claim, type Claims, openClaims } from './claims.js';
import type { SealedEnd } from './seal.js';

/** What was found of one tenant's audit. */
export interface Verdict {
  readonly tenant: string;
  /** The position behind which the chain begins; up to there events were removed on purpose, at a signed end. */
  readonly cut: number;
  /** Whether it is a piece of a chain: what stands before and behind it may be elsewhere. */
  readonly piece: boolean;
  /** Of a piece, the position of its first event where nothing tells what its hash has to be: what it says is not verified. */
  readonly unproved: number | undefined;
  /** The position of the last event that is as it was, `cut` where there is none. */
  readonly last: number;
  /** The last signed end with which the chain agrees. */
  readonly sealed: SealedEnd | undefined;
  /** The first bad place; nothing is said of what stands behind it. */
  readonly broken: ChainBreak | undefined;
}

/** What is verified against. */
export interface Evidence {
  /** Who may have signed; without it signatures are not looked at. */
  readonly keys: readonly KeyObject[] | undefined;
  readonly anchors: Anchors;
}

/** Told of every event that is as it was; `sealed` tells whether the store has a seal of just this end. */
export type OnEvent = (link: Link, event: Cells, sealed: boolean) => void;

/** One verdict for each tenant that has anything of an audit, or an anchor. */
export async function* verifyAudit(
  trail: AuditRows,
  evidence: Evidence,
  onEvent: OnEvent = () => {},
): AsyncGenerator<Verdict> {
  const left = new Set(evidence.anchors.keys());
  for await (const tenant of tenantsOf([trail.events, trail.heads, trail.seals])) {
    left.delete(tenant);
    yield await verifyTenant(tenant, await sourceOf(tenant, trail), evidence, onEvent);
  }
  // Of these the store has nothing any more.
  for (const tenant of left) yield await verifyTenant(tenant, await sourceOf(tenant, trail), evidence, onEvent);
}

/** What there is of one tenant's audit. */
export interface ChainSource {
  readonly events: AsyncGenerator<Cells>;
  readonly seals: AsyncGenerator<Cells>;
  /** The end of the chain; `unknown` of a piece of one, which may begin and end anywhere. */
  readonly head: Link | 'unknown' | undefined;
}

async function sourceOf(tenant: string, trail: AuditRows): Promise<ChainSource> {
  let head: Link | undefined;
  for await (const row of trail.heads.of(tenant)) head = linkOf(row);
  return { events: trail.events.of(tenant), seals: trail.seals.of(tenant), head };
}

export async function verifyTenant(
  tenant: string,
  { events, seals, head }: ChainSource,
  { keys, anchors }: Evidence,
  onEvent: OnEvent,
): Promise<Verdict> {
  const { value: first } = await events.next();
  const claims = openClaims(tenant, seals, anchors.get(tenant) ?? [], keys);
  const isPiece = head === 'unknown';
  const cut = first ? linkOf(first).position - 1 : isPiece ? 0 : (head?.position ?? 0);
  const begun = await beginningOf(claims, cut, isPiece ? first : undefined);
  const { base } = begun;
  let { sealed } = begun;
  let last = base.position;
  /** How far events were removed on purpose, as those that are there tell. */
  let told = 0;
  const onLink = async (link: Link, event: Cells): Promise<ChainBreak | undefined> => {
    let kept = false;
    for (let claim = await claims.upTo(link.position); claim; claim = await claims.upTo(link.position)) {
      const broken = contradiction(claim, link, event);
      if (broken) return broken;
      sealed = claim.end;
      kept ||= claim.kept;
    }
    last = link.position;
    told = Math.max(told, cutToldBy(event));
    onEvent(link, event, kept);
    return undefined;
  };
  const broken =
    begun.broken ??
    (await findBreak(base, begun.past ? events : startingWith(first, events), head, onLink)) ??
    (await findMissing(claims, last)) ??
    (isPiece ? undefined : findUntold(base.position, told));
  const unproved = begun.past ? base.position : undefined;
  return {
    tenant,
    cut: unproved === undefined ? base.position : unproved - 1,
    piece: isPiece,
    unproved,
    last,
    sealed,
    broken,
  };
}

interface Begun {
  readonly base: Link;
  readonly sealed: SealedEnd | undefined;
  readonly broken: ChainBreak | undefined;
  /** Whether the base is the first event, and not what stands before it. */
  readonly past: boolean;
}

/** Where the chain begins: at its first event, or behind the signed end at `cut`, where events were removed on purpose. */
async function beginningOf(claims: Claims, cut: number, piece: Cells | undefined): Promise<Begun> {
  let sealed: SealedEnd | undefined;
  if (cut === 0) return { base: beginning, sealed, broken: undefined, past: false };
  for (let claim = await claims.upTo(cut); claim; claim = await claims.upTo(cut)) {
    if (claim.position < cut) continue;
    const broken = sealed ? contradiction(claim, sealed, undefined) : contradiction(claim, claim.end, undefined);
    if (broken) return { base: beginning, sealed: undefined, broken, past: false };
    sealed = claim.end;
  }
  // Nobody knows what the hash of a piece's first event has to be; those behind it show that it is the one that was.
  if (!sealed && piece) {
    const base = linkOf(piece);
    for (let claim = await claims.upTo(base.position); claim; claim = await claims.upTo(base.position)) {
      const broken = contradiction(claim, base, piece);
      if (broken) return { base, sealed, broken, past: true };
      sealed = claim.end;
    }
    return { base, sealed, broken: undefined, past: true };
  }
  // Without a signed end, the events before are missed.
  return { base: sealed ?? beginning, sealed, broken: undefined, past: false };
}

/** What is wrong with the claim where the chain has `link` at its position. */
function contradiction(
  { position, end }: Claim,
  link: Pick<Link, 'hash'> | undefined,
  event: Cells | undefined,
): ChainBreak | undefined {
  const id = event?.id ?? undefined;
  if (!end) {
    const text = `the seal at position ${position} is none, or signed by none of the public keys`;
    return { kind: 'changed', position, id, text };
  }
  if (end.hash === link?.hash) return undefined;
  const text = `the chain up to ${id === undefined ? '' : `the event ${id} at `}position ${position} is not the one that was sealed at ${end.time}`;
  return { kind: 'changed', position, id, text };
}

/** What was signed behind the last event that there is. */
async function findMissing(claims: Claims, last: number): Promise<ChainBreak | undefined> {
  const claim = await claims.upTo(Number.POSITIVE_INFINITY);
  if (!claim) return undefined;
  if (!claim.end) return contradiction(claim, undefined, undefined);
  const { position, time } = claim.end;
  const which =
    position === last + 1 ? `event at position ${position} was` : `events from ${last + 1} to ${position} were`;
  return { kind: 'removed', position: last + 1, id: undefined, text: `the ${which} removed, sealed at ${time}` };
}

/** Removing events leaves an event. */
function findUntold(cut: number, told: number): ChainBreak | undefined {
  if (told >= cut) return undefined;
  const text = `the events up to position ${cut} were removed, and no event tells of it`;
  return { kind: 'removed', position: told + 1, id: undefined, text };
}

/** The position up to which the event tells that events were removed; 0 for one that tells of something else. */
function cutToldBy({ activity_type: activity, properties }: Cells): number {
  if (activity !== `Delete ${cutAuditType}`) return 0;
  try {
    const { resources } = JSON.parse(properties ?? '') as { resources?: readonly { resourceId?: unknown }[] };
    return Number(resources?.[0]?.resourceId) || 0;
  } catch {
    return 0;
  }
}
