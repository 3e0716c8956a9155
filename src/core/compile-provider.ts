import { restsOnBody } from './borders';
import { findCharset } from './charset';
import { rememberCompiled, type CompiledProvider } from './compiled-provider';
import type { CustomScheme } from './custom-scheme';
import { challengePatterns } from './handshakes';
import { PLACEHOLDERS, type Algorithm, type HeaderNames, type Provider, type ValueSource } from './provider';

const SIGNATURE_BYTES: Readonly<Record<Algorithm, number | undefined>> = {
  'hmac-sha256': 32,
  'hmac-sha1': 20,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  sha1: 20,
  sha256: 32,
  sha512: 64,
  ed25519: 64,
  'ecdsa-p256-sha256': undefined,
  'rsa-sha1': undefined,
  'rsa-sha256': undefined,
  'rsa-sha512': undefined,
  token: undefined,
  custom: undefined,
};

// Who knows the secret cannot make two contents with one HMAC. Of SHA-1 that is no longer sure.
const MACS: readonly Algorithm[] = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'];
// An address is compared in several ways of writing it, so one delivery can have several HMACs.
const REQUEST: readonly string[] = ['{method}', '{url}'];

/** Compiles a provider that was checked, and remembers the result. */
export function compileProvider(provider: Provider, custom?: CustomScheme): void {
  rememberCompiled(makeCompiled(provider, custom));
}

function makeCompiled(provider: Provider, custom: CustomScheme | undefined): CompiledProvider {
  const { algorithm, signature, timestamp, signed, id, event, duplicates } = provider;
  const parts = signed.filter((part) => part !== '{secret}');
  const cut = parts.indexOf('{body}');
  const afterId = signed[signed.indexOf('{id}') + 1];
  const coversId = signed.includes('{id}');
  const eventInBody = isInBody(event);
  return {
    provider,
    custom,
    signatureHeaders: lowerCaseNames(signature.header),
    timestampHeaders: lowerCaseNames(timestamp?.header),
    idHeaders: lowerCaseNames(id?.header),
    eventHeaders: lowerCaseNames(event?.header),
    impliedEvents: listImpliedEvents(event),
    eventInBody,
    eventOrIdInBody: eventInBody || isInBody(id),
    before: cut === -1 ? parts : parts.slice(0, cut),
    after: cut === -1 ? [] : parts.slice(cut + 1),
    coversBody: cut !== -1,
    coversId,
    coversUrl: signed.includes('{url}'),
    readsQuery: custom?.readsQuery ?? false,
    charset: (provider.charset === undefined ? undefined : findCharset(provider.charset)) ?? 'utf-8',
    idSeparator: coversId && afterId !== undefined && !PLACEHOLDERS.includes(afterId) ? afterId : '',
    guessable: custom?.guessable ?? algorithm === 'token',
    idLength: id?.length,
    restsOnBody: restsOnBody(provider),
    declared: Object.entries(signature.declares ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
    secretLast: signed.at(-1) === '{secret}',
    challenges: challengePatterns(provider.handshakes),
    keyHeaders: duplicates === false ? [] : (duplicates.also ?? []).map((name) => [name.toLowerCase()]),
    macStandsForContent:
      cut !== -1 && MACS.includes(algorithm) && !signed.some((part) => REQUEST.includes(part)),
    signatureBytes: SIGNATURE_BYTES[algorithm],
  };
}

function listImpliedEvents(event: ValueSource | undefined): CompiledProvider['impliedEvents'] {
  const places = event === undefined ? [] : [event, ...(event.or ?? [])];
  return places.flatMap(({ as, header }) =>
    as === undefined ? [] : [{ event: as, headers: lowerCaseNames(header) }],
  );
}

function isInBody(fact: ValueSource | undefined): boolean {
  if (fact === undefined) return false;
  return [fact, ...(fact.or ?? [])].some(({ body, keys }) => body !== undefined || keys !== undefined);
}

function lowerCaseNames(names: HeaderNames | undefined): readonly string[] {
  return [names ?? []].flat().map((name) => name.toLowerCase());
}
