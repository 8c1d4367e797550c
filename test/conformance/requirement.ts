// What docs/conformance.md is made of: requirements and facts, each with the test that shows how the product answers.

/**
 * A row of the page: a requirement with its number, or a fact, and the test that shows the answer. `test` is `file: name`,
 * the file below test/ without its ending, the name as it stands in the source with … for what is filled in. A row whose
 * test is not there is refused by scripts/conformance-page.ts. `deviation` is the reason where the answer is no.
 */
export type Row = readonly [says: string, test: string, deviation?: string];

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}
