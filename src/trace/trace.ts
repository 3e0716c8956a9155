import type { WebhookErrorCode } from '../errors';
import type { Decision } from '../core/delivery';
import type { FullDiagnosis } from '../diagnose/background';

/** How one step went. */
export interface TraceStep {
  /** The name of the step: `'check-headers'`; `'handler'` for what stands behind a guard. */
  readonly name: string;
  /** `waived`: failed, but let in by the mode `'report'`; `answered`: the delivery ended here, well. */
  readonly state: 'passed' | 'failed' | 'waived' | 'answered' | 'skipped';
  readonly code: WebhookErrorCode | null;
  readonly durationMs: number | null;
}

/** A request as it came, with everything that is secret in it. */
export interface ExactRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  /** `undefined` where the body did not arrive whole, or was read by other code. */
  readonly body: Buffer | undefined;
}

/** All that happened to one delivery. What can be seen of it holds no secret; what its functions answer may. */
export interface Trace {
  /** The provider by whose scheme the delivery was authenticated. */
  readonly provider: string;
  /** Secrets and signatures are masked. */
  readonly request: ExactRequest;
  /** The address of this server by the socket that the delivery came through, whatever its headers say. */
  readonly origin: string;
  readonly steps: readonly TraceStep[];
  readonly secretId: string | null;
  /** Our clock less the sender's: positive where the delivery looks old. */
  readonly clockSkewMs: number | null;
  /** The signed content: text, the body where `body` is true, text. */
  readonly signed: { readonly before: string; readonly body: boolean; readonly after: string } | null;
  /** The event that a delivery names which was not verified: by whoever has sent it. */
  readonly claimedEvent: string | null;
  /** The error of a handler, of a store or of a look-up, with its stack. */
  readonly thrown: string | null;
  readonly decision: Decision;
  readonly answer: {
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** The first bytes. */
    readonly body: Buffer;
    readonly bytes: number;
  };
  /**
   * Why the delivery does not verify, found in a thread of its own. Rejects where there is no secret to ask with, and
   * beyond bounds of size, time and number.
   */
  diagnose(): Promise<FullDiagnosis>;
  /** The headers of a sender that signs now: this body, or another. Rejects for a scheme with private keys. */
  resign(body?: Buffer): Promise<Readonly<Record<string, string>>>;
  /** The request with nothing masked. */
  exact(): ExactRequest;
  /** The request as it may be passed on: with its signatures, which prove nothing later, but without secrets. */
  portable(): ExactRequest;
}
