import { FIXES, type FindingCode } from './fixes';

/** How sure a finding is: proved by a recomputed signature or plainly there; believed; or only thinkable. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** One reason why a delivery does not verify. No text of it holds a secret, or a signature that would be right. */
export interface Finding {
  /** Stable; docs/troubleshooting.md has a section for each. */
  readonly code: FindingCode;
  readonly certainty: Certainty;
  /** The observation. */
  readonly observed: string;
  /** Why that is believed to be the reason. */
  readonly why: string;
  /** The fix. */
  readonly fix: string;
}

/** The result of `diagnose`. */
export interface Diagnosis {
  readonly verified: boolean;
  /** The most certain first; never empty. */
  readonly findings: readonly Finding[];
}

/** One way in which what arrived differs from what was signed. */
export interface Difference {
  readonly code: FindingCode;
  readonly observed: string;
}

/** A value that may have been signed, and how the value that arrived differs from it. */
export interface Variant<Value> {
  readonly value: Value;
  readonly differences: readonly Difference[];
}

/** A value as it arrived. */
export function keepValue<Value>(value: Value): Variant<Value> {
  return { value, differences: [] };
}

/** A value that may have been signed, and the one difference to the value that arrived. */
export function makeVariant<Value>(value: Value, code: FindingCode, observed: string): Variant<Value> {
  return { value, differences: [{ code, observed }] };
}

export function makeFinding(code: FindingCode, certainty: Certainty, observed: string, why: string): Finding {
  return { code, certainty, observed, why, fix: FIXES[code] };
}

/** The findings of differences that, taken back together, make the signature right. */
export function proveFindings(differences: readonly Difference[]): Finding[] {
  const codes = [...new Set(differences.map(({ code }) => code))];
  const why =
    codes.length === 1
      ? 'Proved: with this taken back, the signature is right.'
      : `Proved: with these ${codes.length} things taken back together, the signature is right.`;
  return codes.map((code) => {
    const observed = new Set(
      differences.filter((change) => change.code === code).map((change) => change.observed),
    );
    return makeFinding(code, 'certain', [...observed].join(' '), why);
  });
}

const RANKS: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Each code once, the most certain first. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.filter(
    ({ code }, index) => findings.findIndex((other) => other.code === code) === index,
  );
  return first.sort((one, other) => RANKS[one.certainty] - RANKS[other.certainty]);
}
