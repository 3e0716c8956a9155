import type { Delivery } from '../core/delivery';
import type { VerifySettings } from '../core/verify';
import { undoBody, undoBodyTwice } from './mistakes/body';
import { makeSubject, readContentLength } from './subject';
import { findVerdict, prepareUsable } from './verdict';

const MOST_BYTES = 32 * 1024 ** 2;
const OVERHEAD = 2048;

/**
 * The body as it was signed, where what arrived is the same in another writing and nothing else is wrong but the time;
 * `undefined` elsewhere.
 */
export function findSignedBody(delivery: Delivery, settings: VerifySettings): Buffer | undefined {
  const subject = { ...makeSubject(delivery, settings), toleranceMs: Infinity };
  const { secrets } = prepareUsable(subject);
  let left = MOST_BYTES;
  for (const bodies of [undoBody(delivery.body, readContentLength(delivery)), undoBodyTwice(delivery.body)]) {
    for (const { value: body } of bodies) {
      left -= body.length + OVERHEAD;
      if (left < 0) return undefined;
      const verdict = findVerdict({ ...subject, delivery: { ...subject.delivery, body } }, secrets);
      if (typeof verdict === 'object') return body;
    }
  }
  return undefined;
}
