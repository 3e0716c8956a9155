import type { CustomContext, CustomVerdict } from '../../core/custom-scheme';
import { defineProvider } from '../../core/define-provider';
import type { Delivery } from '../../core/delivery';
import { decodeBase64Url } from '../../core/encoding';
import { headerText } from '../../core/headers';
import type { Provider } from '../../core/provider';
import type { CustomProviderDefinition } from '../../core/custom-scheme';
import { matchClaims, readIssued, type ClaimRules, type Claims } from './claims';
import { makeKeyReaders, type SigningTokenKey, type TokenKey } from './keys';
import { checkJwtOptions, TOKEN_CHECKS, type JwtProviderOptions } from './options';
import { loadJose, verifyToken } from './signatures';
import { parseFields, readToken, type Token } from './token';
import { writeToken } from './write-token';

export type { ClaimDigest, Claims, ClaimValue } from './claims';
export type { FindKey, JwtProviderOptions, WriteContent } from './options';
export type { JwtAlgorithm, TokenHeader } from './token';

/** A token that is not verified yet, with the claims that it makes. */
interface Message {
  readonly token: Token;
  readonly claims: Claims;
  /** The text that it signs, where it is detached. */
  readonly content: Buffer | undefined;
}

// A body of a megabyte is the most that is read where nothing else is said.
const MAX_TOKEN_LENGTH = 1_048_576;

/**
 * Makes a provider for a sender that signs with a JSON Web Token or a detached JSON Web Signature, by the library jose,
 * which is loaded with the first secret of such a sender.
 *
 * The provider says which algorithms there are; a token with another one is refused whatever it is signed with. `exp`,
 * `nbf` and `iat` count where a token has them, with a minute for clocks that differ. A body that no token covers is in
 * `webhook.unsigned`. Verifying takes time: `verifySync()` cannot be used. Throws a `TypeError` for wrong options.
 */
export function makeJwtProvider(options: JwtProviderOptions): Provider {
  const checked = checkJwtOptions(options);
  const { token, algorithms, keys, owner, detached, claims = {}, digests = [], expires, issued } = checked;
  const rules: ClaimRules = { claims, digests, expires: expires === true, issued: issued === true };
  const coversUrl = [...Object.values(claims), ...digests].some(
    (part) =>
      typeof part === 'object' && 'of' in part && (part.of === 'url' || typeof part.of === 'function'),
  );
  const readers = makeKeyReaders(algorithms[0], keys !== undefined, owner);

  return defineProvider<TokenKey, SigningTokenKey, Message>({
    refusal: { status: 401 },
    ...pickCommon(checked),
    headers: token === 'body' ? [] : [token.header],
    guessable: false,
    signsUrl: coversUrl || typeof detached === 'function',
    makeDummySecret: readers.makeDummySecret,
    readSigningSecret: readers.readSigningSecret,
    readSecret(text) {
      loadJose();
      return readers.readSecret(text);
    },
    read: (delivery) => readMessage(checked, delivery),
    async verify(delivery, context) {
      const { key: own, message } = context;
      const key = own.key ?? (await keys?.(message.token.header, own.owner()));
      const isRight = key !== undefined && (await verifyToken(message.token, message.content, key));
      return isRight ? judgeClaims(checked, rules, delivery, context) : undefined;
    },
    sign(delivery, context) {
      if (token === 'body') return {};
      return { [token.header]: (token.prefix ?? '') + writeToken(checked, rules, delivery, context) };
    },
    ...(token === 'body' && {
      signBody: (delivery, context) => Buffer.from(writeToken(checked, rules, delivery, context)),
    }),
  });
}

/** The options that every provider has. */
function pickCommon(options: JwtProviderOptions): Pick<CustomProviderDefinition, 'name'> {
  const own = Object.entries(options).filter(([name]) => !Object.hasOwn(TOKEN_CHECKS, name));
  return Object.fromEntries(own) as unknown as JwtProviderOptions;
}

/** The token of a delivery, in its parts; `undefined` where the sender writes none like it. */
function readMessage(options: JwtProviderOptions, delivery: Delivery): Message | undefined {
  const { algorithms, detached } = options;
  const text = findToken(options, delivery);
  const token = text === undefined ? undefined : readToken(text, algorithms, detached !== undefined);
  if (token === undefined) return undefined;
  if (detached === undefined) {
    const claims = parseFields(decodeBase64Url(token.payload));
    return claims && { token, claims, content: undefined };
  }
  const content = detached === true ? delivery.body : detached(delivery, token.header);
  return content && { token, claims: {}, content };
}

function findToken({ token }: JwtProviderOptions, delivery: Delivery): string | undefined {
  if (token === 'body') {
    return delivery.body.length > MAX_TOKEN_LENGTH ? undefined : delivery.body.toString('latin1');
  }
  const { header, prefix = '' } = token;
  const text = headerText(delivery, header.toLowerCase());
  // The name of a scheme of authentication has no case (RFC 9110, section 11.1).
  const start = text.slice(0, prefix.length).toLowerCase();
  return start === prefix.toLowerCase() ? text.slice(prefix.length) : undefined;
}

/** The verdict on a token whose signature is right. */
function judgeClaims(
  options: JwtProviderOptions,
  rules: ClaimRules,
  delivery: Delivery,
  { key: own, message, now }: CustomContext<TokenKey, Message>,
): CustomVerdict | undefined {
  const { token, detached, digests = [], idClaim = '', readPayload = asTheyAre } = options;
  const { claims, content } = message;
  // A text of more than the body has what tells two deliveries with one body apart.
  if (detached !== undefined) return { alsoSigned: detached === true ? '' : content?.toString('latin1') };
  if (!matchClaims(rules, claims, { delivery, owner: own.owner(), now })) return undefined;
  const payload = token === 'body' ? readPayload(claims) : undefined;
  if (token === 'body' && payload === undefined) return undefined;
  const id = claims[idClaim];
  return {
    timestamp: readIssued(rules, claims, now),
    id: typeof id === 'string' ? id : undefined,
    coversBody: digests.some(({ of }) => of === 'body'),
    payload,
  };
}

function asTheyAre(claims: Claims): Claims {
  return claims;
}
