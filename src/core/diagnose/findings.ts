/** How sure a finding is: proved by a recomputed signature or by what is plainly there, or believed. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** One reason why a delivery does not verify. No text of it holds a secret, or a signature that would be right. */
export interface Finding {
  /** Stable; docs/troubleshooting.md has a section for each. */
  readonly code: string;
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
