import { diagnose, type Delivery, type Diagnosis } from 'hooklatch';
import type { Certainty } from '../../src/diagnose/findings';
import type { FindingCode } from '../../src/diagnose/fixes';
import { handSigned, type Given, type Sender, type Sent } from './hand-signed';

/** A way in which deliveries go wrong, and what must be found first. */
export interface Mistake {
  readonly name: string;
  readonly senders: readonly Sender[];
  /** The code of the first finding; several for a delivery that is broken in several ways. */
  readonly code: FindingCode | readonly FindingCode[];
  readonly certainty: Certainty | readonly Certainty[];
  readonly observed?: RegExp;
  /** The settings of the sender. */
  readonly given?: ((name: Sender) => Given) | undefined;
  readonly breaks?: ((sent: Sent, name: Sender) => Sent) | undefined;
}

/** One row for each sender of a mistake. */
export function listRows(mistakes: readonly Mistake[]): readonly (readonly [string, Mistake, Sender])[] {
  return mistakes.flatMap((mistake) =>
    mistake.senders.map((name) => [`${mistake.name}: ${name}`, mistake, name] as const),
  );
}

/** The delivery of a row. */
export function makeBroken({ given, breaks }: Mistake, name: Sender): Sent {
  const sent = handSigned(name, given?.(name));
  return breaks?.(sent, name) ?? sent;
}

/** Diagnoses a row, and holds it to what is right. */
export function expectFirst(mistake: Mistake, name: Sender): void {
  const { delivery, settings } = makeBroken(mistake, name);
  const diagnosis: Diagnosis = diagnose(delivery, settings);
  const [first] = diagnosis.findings;
  const right = [mistake.code].flat();
  const listed = diagnosis.findings.map((one) => `${one.code} (${one.certainty}) ${one.observed}`);
  expect({ first: `${first!.code} (${first!.certainty})`, listed }).toEqual({
    first: expect.stringMatching(
      `^(?:${right.join('|')}) \\((?:${[mistake.certainty].flat().join('|')})\\)$`,
    ) as string,
    listed: expect.any(Array) as unknown,
  });
  if (mistake.observed !== undefined) expect(first!.observed).toMatch(mistake.observed);
  for (const { code, certainty } of diagnosis.findings) {
    // A delivery that is broken in one way has one proof.
    if (certainty === 'certain')
      expect(ALSO_TRUE.includes(code) || right.includes(code) ? '' : code).toBe('');
  }
}

// True of a delivery beside what is wrong with it.
const ALSO_TRUE: readonly FindingCode[] = ['timestamp-stale', 'timestamp-future', 'public-url-missing'];

/** The delivery with other headers; `undefined` takes one away. */
export function withHeaders(sent: Sent, headers: Readonly<Record<string, string | undefined>>): Sent {
  const all = Object.entries({ ...sent.delivery.headers, ...headers });
  const kept = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Delivery['headers'];
  return { ...sent, delivery: { ...sent.delivery, headers: kept } };
}

export function withBody(sent: Sent, change: (text: string) => string | Buffer): Sent {
  const body = Buffer.from(change(sent.delivery.body.toString()) as string);
  return { ...sent, delivery: { ...sent.delivery, body } };
}

export function withSecret(sent: Sent, change: (secret: string) => string): Sent {
  return { ...sent, settings: { ...sent.settings, secret: change(sent.settings.secret as string) } };
}

/** The name of the header with the signature, in this delivery. */
export function signatureName({ delivery, settings }: Sent): string {
  const names = [settings.provider.signature.header].flat().map((name) => name.toLowerCase());
  return names.find((name) => name in delivery.headers) ?? '';
}

export function withSignature(sent: Sent, change: (text: string) => string): Sent {
  const name = signatureName(sent);
  return withHeaders(sent, { [name]: change(String(sent.delivery.headers[name])) });
}
