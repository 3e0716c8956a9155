import type { Request } from 'express';
import { resolveAddress } from '../core/address';
import { writeSignedContent } from '../core/authenticate';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import type { Delivery } from '../core/delivery';
import { readEventAndId } from '../core/event-and-id';
import { readPayload } from '../core/make-webhook';
import type { Provider } from '../core/provider';
import { isInUse, listSecrets, type Secret, type SecretOption } from '../core/secret-option';
import { sign } from '../core/sign';
import type { Trace } from './trace';
import type * as Background from '../diagnose/background';
import type { RequestState } from '../request/state';
import { makeMasks } from './masks';
import { readScheme } from '../request/scheme';
import { secretsIn, type SecretLookup } from '../request/secret-source';

/** The options of a guard that a trace needs. */
export interface TraceSettings {
  readonly provider: Provider;
  readonly secret: SecretOption | SecretLookup | undefined;
  readonly also?: readonly Pick<TraceSettings, 'provider' | 'secret'>[] | undefined;
  readonly verifyToken?: string | undefined;
  readonly toleranceSeconds?: number | undefined;
  readonly publicUrl?: string | undefined;
  readonly clock?: (() => number) | undefined;
}

const MAX_CLAIMED_BYTES = 256 * 1024;
const MAX_EVENT = 256;
const NO_BODY = Buffer.alloc(0);
const NO_SECRET = 'the option "secret" has no secret for this delivery that is valid now';

/** The records made while the delivery was handled. */
export type Seen = Pick<Trace, 'origin' | 'decision' | 'steps' | 'answer' | 'thrown'> & {
  readonly body: Buffer | undefined;
};

/** Puts the trace of a delivery together; its functions alone know the secrets. */
export function makeTrace(req: Request, state: RequestState, settings: TraceSettings, seen: Seen): Trace {
  const { method, originalUrl: url, headers, rawHeaders } = req;
  const { origin, decision, steps, answer, thrown, body } = seen;
  const schemes = [settings, ...(settings.also ?? [])];
  const plans = schemes.map(({ provider }) => getCompiled(provider));
  const [main, ...others] = plans.map((one) => ({ compiled: one }));
  const compiled =
    state.parsedSignature?.compiled ??
    readScheme(main as { compiled: CompiledProvider }, others, req).compiled;
  const masks = makeMasks(plans, [
    ...schemes.flatMap(({ secret }) => listTexts(secret)),
    ...listTexts(settings.verifyToken),
    ...listTexts(state.handedOver),
  ]);
  const address = settings.publicUrl === undefined ? undefined : resolveAddress(settings.publicUrl, url);
  const delivery = { method, url, headers, rawHeaders, body: body ?? NO_BODY };
  const now = (): number => settings.clock?.() ?? Date.now();

  const findSecrets = async (): Promise<readonly (string | Secret)[]> => {
    const option = schemes.find(({ provider }) => getCompiled(provider) === compiled)?.secret;
    const found =
      typeof option === 'function'
        ? secretsIn(await option({ method, url, headers, rawHeaders }, req))
        : option;
    return [found ?? []].flat();
  };
  const portable = {
    method,
    url: masks.url(url),
    rawHeaders: mapValues(rawHeaders, masks.secretHeader),
    body: body && masks.bytes(body),
  };

  const { event, id } = decision;
  const hide = (text: string | null): string | null => (text === null ? null : masks.text(text));

  return {
    provider: compiled.provider.name,
    request: { ...portable, rawHeaders: mapValues(rawHeaders, masks.header) },
    origin,
    steps,
    secretId: decision.secretId,
    clockSkewMs: decision.clockSkewMs,
    signed: describeSigned(compiled, state, { method, url: address ?? url, body: delivery.body }, masks.text),
    claimedEvent: event === null ? hide(claimEvent(compiled, delivery)) : null,
    thrown: hide(thrown),
    decision: {
      ...decision,
      path: masks.text(decision.path),
      event: hide(event),
      id: hide(id),
      issues: decision.issues.map(masks.text),
    },
    answer: {
      ...answer,
      headers: answer.headers.map(([name, value]) => [name, masks.header(name, value)]),
      body: masks.bytes(answer.body),
    },
    async diagnose() {
      const secret = await findSecrets();
      if (secret.length === 0) throw new TypeError(NO_SECRET);
      const { toleranceSeconds } = settings;
      // Loaded here: only a page that is open asks.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { diagnoseInBackground } = require('../diagnose/background') as typeof Background;
      const { provider } = compiled;
      const { signedBody, ...diagnosis } = await diagnoseInBackground(delivery, {
        provider,
        secret,
        now: state.now,
        toleranceSeconds,
        publicUrl: address,
      });
      return { ...diagnosis, signedBody: signedBody && masks.bytes(Buffer.from(signedBody)) };
    },
    async resign(other = delivery.body) {
      const isUsed = (one: string | Secret): boolean => listSecrets(one).some((each) => isInUse(each, now()));
      const secret = (await findSecrets()).find(isUsed);
      if (secret === undefined) throw new TypeError(NO_SECRET);
      const event = req.webhook?.event;
      return sign(
        compiled.provider,
        { secret, now: now(), event, publicUrl: address },
        { ...delivery, body: other },
      );
    },
    exact: () => ({ method, url, rawHeaders, body }),
    portable: () => portable,
  };
}

/** Names and values in turn, as in `rawHeaders`. */
function mapValues(
  rawHeaders: readonly string[],
  change: (name: string, value: string) => string,
): readonly string[] {
  let name = '';
  return rawHeaders.map((text, index) => {
    if (index % 2 === 1) return change(name, text);
    name = text;
    return text;
  });
}

/** The event that a delivery names, whoever has sent it: it helps to find it, and nothing rests on it. */
function claimEvent(compiled: CompiledProvider, delivery: Delivery): string | null {
  const { provider, charset } = compiled;
  const { body } = delivery;
  const isRead = body.length > 0 && body.length <= MAX_CLAIMED_BYTES;
  const payload = isRead ? readPayload({ provider, charset }, delivery, body).payload : undefined;
  const { event } = readEventAndId(compiled, delivery, payload, { body: false, id: '' });
  return event?.slice(0, MAX_EVENT) ?? null;
}

function describeSigned(
  compiled: CompiledProvider,
  { parsedSignature }: RequestState,
  request: Parameters<typeof writeSignedContent>[1],
  mask: (text: string) => string,
): Trace['signed'] {
  const isSigned = compiled.custom === undefined && compiled.provider.algorithm !== 'token';
  if (parsedSignature === undefined || !isSigned) return null;
  const { before, body, after } = writeSignedContent(
    compiled,
    request,
    parsedSignature.timestampText,
    parsedSignature.id,
  );
  return { before: mask(before), body: body !== undefined, after: mask(after) };
}

function listTexts(option: TraceSettings['secret']): readonly string[] {
  if (option === undefined || typeof option === 'function') return [];
  return [option].flat().map((secret) => (typeof secret === 'string' ? secret : secret.value));
}
