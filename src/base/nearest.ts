// What a misspelt name was probably meant to be.

/** ` Did you mean 'entrustDatacard'?` for the candidate nearest to the name, or nothing if none is near. */
export function nearest(name: string, candidates: readonly string[]): string {
  if (name.length > 64) return '';
  const lower = name.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (
      distance <= Math.max(2, candidate.length / 4) &&
      distance < candidate.length &&
      distance < (best?.distance ?? 99)
    ) {
      best = { candidate, distance };
    }
  }
  return best ? ` Did you mean '${best.candidate}'?` : '';
}

/** Levenshtein's distance: insertions, deletions and replacements that lead from one text to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
