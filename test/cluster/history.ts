// What clients saw of an object while they read it and changed it, and whether one object could have shown them that.

/** One request, from just before it was sent to just after its answer came; times on one clock. */
export type Observed = {
  readonly begun: number;
  readonly ended: number;
} & (
  | { readonly kind: 'read'; readonly version: number; readonly value: string }
  /** An update on the condition that the version was `expected`, to a value that no other update has. */
  | {
      readonly kind: 'update';
      readonly expected: number;
      readonly value: string;
      /** `unknown`: an answer of 5xx, or none. */
      readonly outcome: 'done' | 'refused' | 'unknown';
    }
);

/**
 * Why no single object could have answered so (Herlihy and Wing's linearizability); undefined where one could.
 *
 * Every update that takes effect makes the version after the one that it expects, so the order of effects is that of the
 * versions, and a search through orders is not needed: it is enough that each version has one maker, and that no request
 * saw a version that was not made before it ended, or one older than what had been seen before it began. `made` tells
 * the values of all versions from the first, as the object's own history has them.
 */
export function contradictionIn(observed: readonly Observed[], made: readonly string[]): string | undefined {
  const versionOf = new Map(made.map((value, index) => [value, index + 1]));
  if (versionOf.size < made.length) return 'a value was made twice';
  const updates = observed.filter((each) => each.kind === 'update');
  const makers = new Map(updates.map((update) => [update.value, update]));

  for (const { expected, value, outcome } of updates) {
    const version = versionOf.get(value);
    if (outcome === 'done' && version === undefined) return `'${value}' was acknowledged and is lost`;
    if (outcome === 'refused' && version !== undefined) return `'${value}' was refused and is there`;
    if (version !== undefined && version !== expected + 1) {
      return `'${value}' expected version ${expected} and made version ${version}`;
    }
  }

  const seen = observed.flatMap((each): { begun: number; ended: number; version: number; made: boolean }[] => {
    if (each.kind === 'read') return [{ ...each, made: false }];
    if (each.outcome !== 'done') return [];
    return [{ begun: each.begun, ended: each.ended, version: each.expected + 1, made: true }];
  });
  for (const each of observed) {
    if (each.kind !== 'read') continue;
    const { version, value, ended } = each;
    if (made[version - 1] !== value) return `version ${version} was read as '${value}', but is '${made[version - 1]}'`;
    const maker = makers.get(value);
    if (maker && maker.begun > ended) return `'${value}' was read before it was sent`;
  }

  // Sweeps over time: what had been seen by the end of one request, no later one may be behind.
  const byEnd = seen.toSorted((a, b) => a.ended - b.ended);
  let newest = 0;
  let next = 0;
  for (const later of seen.toSorted((a, b) => a.begun - b.begun)) {
    for (let earlier = byEnd[next]; earlier && earlier.ended < later.begun; earlier = byEnd[++next]) {
      newest = Math.max(newest, earlier.version);
    }
    if (later.version < newest || (later.made && later.version === newest)) {
      return `version ${later.version} was ${later.made ? 'made' : 'read'} after version ${newest} had been seen`;
    }
  }

  // A refusal needs a version beside the expected one while it was under way: its successor, sent by then.
  for (const { expected, outcome, ended, value } of updates) {
    if (outcome !== 'refused') continue;
    const successor = makers.get(made[expected] ?? '');
    if (made[expected] === undefined) return `'${value}' was refused though version ${expected} was the last`;
    if (successor && successor.begun > ended) return `'${value}' was refused while version ${expected} was the last`;
  }
  return undefined;
}
