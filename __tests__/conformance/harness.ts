import { PAYLOADS } from './payloads';
import {
  ACCEPTED,
  answerAll,
  atTime,
  NOW,
  ours,
  refused,
  signOurs,
  type Answer,
  type Fields,
  type Question,
  type Signed,
  type Vendor,
  type Verdict,
} from './sides';
import { HELD } from './table';

/** Holds a provider against the vendor's package, both ways: one test for each payload and each question. */
export function describeVendor(vendor: Vendor): void {
  const { provider, secret, otherSecret, privateKey = secret, tamper = (body) => `${body} ` } = vendor;
  const { payloads = PAYLOADS, prepare = (body) => body, refusal = /^false$/ } = vendor;
  const coversBody = provider.signed.includes('{body}');
  const title = `${provider.name} and ${vendor.package}`;

  describe(title, () => {
    // The questions are gathered while the tests are declared, and put to the other side at once.
    const questions: Question[] = [];
    let answers: readonly Answer[] = [];
    const ask = (question: Question): (() => Answer) => {
      const index = questions.push(question) - 1;
      return () => answers[index]!;
    };
    const askVerdict = (verify: Signed, key: string): (() => Verdict) => {
      const answer = ask({ verify, secret: key });
      return () => answer() as Verdict;
    };
    beforeAll(async () => {
      answers = await atTime(NOW, () => answerAll(vendor, questions));
    }, 60_000);
    const expectRefused = ({ accepted, reason }: Verdict): void => {
      expect(reason).toMatch(refusal);
      expect(accepted).toBe(false);
    };

    const verifies = vendor.sdkVerify !== undefined || vendor.child?.verifies === true;
    const signs = vendor.sdkSign !== undefined || vendor.child?.signs === true;

    it('is held as the table says', () => {
      const [packageName, ways] = HELD[provider.name]!;
      expect(packageName).toBe(vendor.package);
      expect(ways).toBe(`${verifies ? 'v' : ''}${signs ? 's' : ''}`);
    });

    for (const [name, payload] of Object.entries(payloads)) {
      const body = prepare(payload, NOW);
      if (body === undefined) continue;
      if (verifies) {
        const mine = signOurs(provider, body, privateKey);
        const changed = { ...mine, body: tamper(body) };
        const right = askVerdict(mine, secret);
        const wrongBody = askVerdict(changed, secret);
        const wrongSecret = askVerdict(mine, otherSecret);
        it(`they verify what sign() signs: ${name}`, () => expect(right()).toEqual(ACCEPTED));
        it(`both ${coversBody ? 'refuse' : 'cannot see'} another body: ${name}`, () => {
          if (!coversBody) {
            expect(wrongBody()).toEqual(ACCEPTED);
            expect(ours(provider, changed, secret)).toEqual(ACCEPTED);
            return;
          }
          expectRefused(wrongBody());
          expect(ours(provider, changed, secret)).toEqual(refused('ERR_WEBHOOK_SIGNATURE'));
        });
        it(`both refuse another secret: ${name}`, () => {
          expectRefused(wrongSecret());
          expect(ours(provider, mine, otherSecret)).toEqual(refused('ERR_WEBHOOK_SIGNATURE'));
        });
      }
      if (signs) {
        const answer = ask({ sign: body, secret: privateKey, now: NOW });
        const theirs = (): Signed => ({ headers: (answer() as { headers: Fields }).headers, body });
        it(`verify() accepts what they sign: ${name}`, () => {
          expect(ours(provider, theirs(), secret)).toEqual(ACCEPTED);
        });
        it(`verify() refuses what they signed for another body or secret: ${name}`, () => {
          const changed = { ...theirs(), body: tamper(body) };
          expect(ours(provider, changed, secret)).toEqual(refused('ERR_WEBHOOK_SIGNATURE'));
          expect(ours(provider, theirs(), otherSecret)).toEqual(refused('ERR_WEBHOOK_SIGNATURE'));
        });
        it(`sign() writes the same headers: ${name}`, () => {
          expect(signOurs(provider, body, privateKey).headers).toMatchObject(theirs().headers);
        });
      }
    }

    const { timestamp } = provider;
    if (timestamp === undefined || !verifies) return;
    const toleranceMs = timestamp.toleranceSeconds * 1000;
    for (const [when, offset] of [
      ['at the old edge of the window', -toleranceMs],
      ['one second too old', -toleranceMs - 1000],
      ['at the new edge of the window', toleranceMs],
      ['one second too far in the future', toleranceMs + 1000],
    ] as const) {
      const time = NOW + offset;
      const body = prepare('{"event":"a","b":"c"}', time);
      if (body === undefined) continue;
      const mine = signOurs(provider, body, privateKey, time);
      const theirs = askVerdict(mine, secret);
      const inside = Math.abs(offset) <= toleranceMs;
      const theyLook = vendor.window === 'both' || (vendor.window === 'past' && offset < 0);
      if (inside) {
        it(`both accept a delivery ${when}`, () => {
          expect(theirs()).toEqual(ACCEPTED);
          expect(ours(provider, mine, secret)).toEqual(ACCEPTED);
        });
        continue;
      }
      it(theyLook ? `both refuse a delivery ${when}` : `they accept a delivery ${when}, verify() not`, () => {
        if (theyLook) expectRefused(theirs());
        else expect(theirs()).toEqual(ACCEPTED);
        expect(ours(provider, mine, secret)).toEqual(refused('ERR_WEBHOOK_TIMESTAMP'));
      });
    }
  });
}
