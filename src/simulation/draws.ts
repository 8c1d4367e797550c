// Numbers that look drawn by lot and are the same each time.

/** From 0 to 1, 1 excluded: always the same for the same numbers. */
export function draw(...numbers: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const number of numbers) hash = mix(hash ^ mix(number + 0x85ebca6b));
  return hash / 2 ** 32;
}

/** A bijection of 32 bits in which every bit of the input moves about half of the output's. */
function mix(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
