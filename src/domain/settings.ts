// The rules of derived credential settings: what the values must be, beyond their types.
import { GraphError } from '../base/index.js';
import type { Settings } from '../model/index.js';

/**
 * Refuses settings that break rule 7 (`thresholdOutOfRange`) or rule 8 (`helpUrlNotHttp`). Only the given
 * properties are looked at, so that it serves creates and updates.
 */
export function checkSettings(values: Partial<Settings>): void {
  const { renewalThresholdPercentage: threshold, helpUrl } = values;
  if (threshold !== undefined && (threshold < 1 || threshold > 99)) {
    throw new GraphError('thresholdOutOfRange', {
      target: 'renewalThresholdPercentage',
      values: { value: threshold },
    });
  }
  if (helpUrl !== undefined && helpUrl !== null && !isHttpUrl(helpUrl)) {
    throw new GraphError('helpUrlNotHttp', { target: 'helpUrl' });
  }
}

// The URL parser repairs what phones may not: white space, control characters, backslashes, a missing `//`.
// The pattern admits only what needs no repair.
const absoluteHttpUrl = /^https?:\/\/[^\s/?#\\\p{Cc}][^\s\\\p{Cc}]*$/iu;

function isHttpUrl(text: string): boolean {
  return absoluteHttpUrl.test(text) && URL.canParse(text);
}
