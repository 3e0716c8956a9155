import { FIXES, type FindingCode } from './fixes';

/** How sure a finding is: proved by a recomputed signature or plainly there; believed; or only thinkable. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** One reason why a delivery does not verify. No text of it holds a secret, or a signature that would be right. */
export interface Finding {
  /** Stable; docs/troubleshooting.md has a section for each. */
  readonly code: FindingCode;
  readonly certainty: Certainty;
  /** What was seen. */
  readonly observed: string;
  /** Why that is believed to be the reason. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
}

/** What `diagnose` answers. */
export interface Diagnosis {
  readonly verified: boolean;
  /** The most certain first; never empty. */
  readonly findings: readonly Finding[];
}

/** One way in which what arrived differs from what was signed. */
export interface Change {
  readonly code: FindingCode;
  readonly observed: string;
}

/** Something that arrived, or that it may have been before the changes. */
export interface Variant<Value> {
  readonly value: Value;
  readonly changes: readonly Change[];
}

/** What arrived, unchanged. */
export function unchanged<Value>(value: Value): Variant<Value> {
  return { value, changes: [] };
}

/** What it may have been before one change. */
export function changed<Value>(value: Value, code: FindingCode, observed: string): Variant<Value> {
  return { value, changes: [{ code, observed }] };
}

export function finding(code: FindingCode, certainty: Certainty, observed: string, why: string): Finding {
  return { code, certainty, observed, why, fix: FIXES[code] };
}

/** The findings of changes that, taken back together, make the signature right. */
export function proved(changes: readonly Change[]): Finding[] {
  const codes = [...new Set(changes.map(({ code }) => code))];
  const why =
    codes.length === 1
      ? 'Proved: with this taken back, the signature is right.'
      : `Proved: with these ${codes.length} things taken back together, the signature is right.`;
  return codes.map((code) => {
    const observed = new Set(
      changes.filter((change) => change.code === code).map((change) => change.observed),
    );
    return finding(code, 'certain', [...observed].join(' '), why);
  });
}

const RANKS: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Each code once, the most certain first. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.filter(
    ({ code }, index) => findings.findIndex((other) => other.code === code) === index,
  );
  return first.sort((one, other) => RANKS[one.certainty] - RANKS[other.certainty]);
}
