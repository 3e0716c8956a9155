import { contentDigest, matchesContentDigest } from './content-digest';
import type { CustomContext, CustomVerdict, CustomProviderDefinition } from '../../core/custom-scheme';
import { defineProvider } from '../../core/define-provider';
import { PROVIDER_CHECKS } from '../../core/provider-checks';
import type { Delivery } from '../../core/delivery';
import { headerText, readHeader } from '../../core/headers';
import {
  ANY,
  makeDummyKey,
  makeMessageCheck,
  makeMessageSigner,
  matchKey,
  type MessageAlgorithm,
  type MessageCheck,
  type MessageSigner,
} from './message-keys';
import type { ValueSource, Provider } from '../../core/provider';
import {
  coversAll,
  isComponent,
  readSignatureInput,
  signatureBase,
  signatureParameters,
  type SignatureInput,
} from './signature-base';
import { bytesAt, readDictionary, type FieldParameters } from './structured-fields';
import { A_TEXT, checkOptions, numberBetween, oneOf, type OptionChecks } from '../../options';

type Shared =
  | 'guessable'
  | 'about'
  | 'headers'
  | 'makeDummySecret'
  | 'name'
  | 'read'
  | 'readSecret'
  | 'readSigningSecret'
  | 'sign'
  | 'signBody'
  | 'signsUrl'
  | 'verify';

/** One signature of a message that covers what is demanded. */
interface MessageSignature {
  readonly components: readonly string[];
  readonly created: number;
  readonly expires: number;
  /** The place in the list of the secret that it is tried with, and whether the message names that one. */
  readonly place: number;
  readonly isNamed: boolean;
  readonly base: Buffer;
  readonly signature: Buffer;
}

/** The description of a sender that signs by RFC 9421, beside the fields of every provider (`event`, `methods` ...). */
export interface HttpMessageSignaturesOptions extends Omit<CustomProviderDefinition, Shared> {
  /** @default 'http-message-signatures' */
  readonly name?: string | undefined;
  /** The algorithm of the sender. An `alg` in the message must agree; it never chooses. @default 'hmac-sha256' */
  readonly algorithm?: MessageAlgorithm | undefined;
  /** How the shared secret of `'hmac-sha256'` is written. Public keys are PEM, or base64. @default 'utf8' */
  readonly secretEncoding?: 'utf8' | 'base64' | undefined;
  /**
   * The parts that a signature must cover: lower-case headers, and `@method`, `@target-uri` (or its parts, `@authority`, `@path`
   * and `@query`), `@scheme`, `@request-target`. Without `content-digest` a stranger can change the body.
   * @default `['@method', '@target-uri', 'content-digest']`
   */
  readonly components?: readonly string[] | undefined;
  /** The label of the signature that counts, where there are several. @default any that does */
  readonly label?: string | undefined;
}

const DEMANDED = ['@method', '@target-uri', 'content-digest'];
const MAX_SIGNATURES = 8;

const NOT_DATA = ['algorithm', 'signature', 'timestamp', 'signed', 'secret'];
const OPTIONS: OptionChecks = {
  ...Object.fromEntries(Object.entries(PROVIDER_CHECKS).filter(([name]) => !NOT_DATA.includes(name))),
  name: A_TEXT,
  toleranceSeconds: numberBetween(1, 86_400, 'seconds'),
  algorithm: oneOf('hmac-sha256', 'ed25519', 'ecdsa-p256-sha256'),
  secretEncoding: oneOf('utf8', 'base64'),
  components: {
    accepts: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === 'string' && isComponent(name)),
    expects: "a list of lower-case headers and components such as '@method'",
  },
  label: {
    accepts: (value) => typeof value === 'string' && /^[a-z*][a-z0-9_.*-]*$/.test(value),
    expects: "a key of a structured field, such as 'sig1'",
  },
};

/**
 * Makes a provider for a sender that signs by HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530).
 *
 * A signature must have `created`, inside the window, and must not be past its `expires`. Its `keyid` chooses among
 * several secrets by their `id`; where there is one secret, any `keyid` will do. One that names no secret takes as long
 * as one that does. Components with parameters (`;sf`,
 * `;bs`, `;req`, `@query-param`) are not taken, and a covered header must be there once and be ASCII.
 * Throws a `TypeError` for wrong options.
 */
export function makeHttpMessageSignatures(options: HttpMessageSignaturesOptions = {}): Provider {
  const {
    name = 'http-message-signatures',
    algorithm = 'hmac-sha256',
    secretEncoding = 'utf8',
    components: demanded = DEMANDED,
    label,
    ...rest
  } = checkOptions('makeHttpMessageSignatures()', options, OPTIONS);
  const idHeaders = listHeaders(rest.id);
  const eventHeaders = listHeaders(rest.event);

  return defineProvider<MessageCheck, MessageSigner, readonly MessageSignature[]>({
    ...{ group: 'standards', docs: 'https://www.rfc-editor.org/rfc/rfc9421' },
    about: {
      signed: `what the message lists, at least ${demanded.join(', ')}`,
      notSigned: 'what it does not list; a body without content-digest is in webhook.unsigned',
    },
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    retries: { source: 'https://www.rfc-editor.org/rfc/rfc9421' },
    refusal: { status: 401 },
    ...rest,
    name,
    headers: ['Signature-Input', 'Signature'],
    guessable: false,
    signsUrl: true,
    readSecret: (text) => makeMessageCheck(algorithm, secretEncoding, text),
    makeDummySecret: () => makeDummyKey(algorithm),
    readSigningSecret: (text) => makeMessageSigner(algorithm, secretEncoding, text),

    read(delivery, { secretIds }) {
      const inputs = readDictionary(headerText(delivery, 'signature-input'));
      const signatures = readDictionary(headerText(delivery, 'signature'));
      if (inputs === undefined || signatures === undefined || inputs.size > MAX_SIGNATURES) return undefined;
      return [...(label === undefined ? inputs.keys() : [label])].flatMap((key) => {
        const input = readSignatureInput(inputs, key);
        const signature = bytesAt(signatures, key);
        const read = input && signature && readSignature(delivery, input, signature, secretIds);
        return read === undefined ? [] : [read];
      });
    },

    verify(delivery, context) {
      for (const signature of context.message) {
        const verdict = judgeOne(delivery, signature, context);
        if (verdict !== undefined) return verdict;
      }
      return undefined;
    },

    sign(delivery, { key, now, secretId }) {
      const headers = { 'Content-Digest': contentDigest(delivery.body) };
      const signed = {
        ...delivery,
        headers: { ...delivery.headers, 'content-digest': headers['Content-Digest'] },
      };
      const eventAndId = [...idHeaders, ...eventHeaders].filter((header) =>
        Object.hasOwn(signed.headers, header),
      );
      const input: SignatureInput = {
        components: [...new Set([...demanded, ...eventAndId])],
        parameters: new Map<string, string | number>([
          ['created', Math.floor(now / 1000)],
          ...(secretId === 'default' ? [] : ([['keyid', secretId]] as const)),
          ['alg', algorithm],
        ]),
      };
      const base = signatureBase(input, signed);
      if (base === undefined) {
        throw new TypeError(`sign(): the delivery lacks what ${name} signs: ${demanded.join(', ')}`);
      }
      const signature = key(Buffer.from(base)).toString('base64');
      const own = label ?? 'sig1';
      return {
        ...headers,
        'Signature-Input': `${own}=${signatureParameters(input)}`,
        Signature: `${own}=:${signature}:`,
      };
    },
  });

  /** The facts of a signature that are known without a key; `undefined` where no key makes it right. */
  function readSignature(
    delivery: Delivery,
    input: SignatureInput,
    signature: Buffer,
    secretIds: readonly string[],
  ): MessageSignature | undefined {
    const { components, parameters } = input;
    const times = readTimes(parameters);
    const keyid = parameters.get('keyid');
    const isKnown = (parameters.get('alg') ?? algorithm) === algorithm;
    const isNamed = keyid === undefined || typeof keyid === 'string';
    if (times === undefined || !isKnown || !isNamed || !coversAll(components, demanded, delivery.url)) {
      return undefined;
    }
    const base = signatureBase(input, delivery);
    return base === undefined
      ? undefined
      : { components, ...times, ...matchKey(keyid, secretIds), base: Buffer.from(base), signature };
  }

  function judgeOne(
    delivery: Delivery,
    { components, created, expires, place, isNamed, base, signature }: MessageSignature,
    context: CustomContext<MessageCheck, readonly MessageSignature[]>,
  ): CustomVerdict | undefined {
    const isTried = place === ANY || context.secretIds[place] === context.secretId;
    const isRight = isTried && context.key(base, signature);
    if (!isRight || !isNamed || !(context.now <= expires * 1000)) return undefined;
    // Wrong where it is not covered either: whoever changed the body may have left it.
    const claimed = readHeader(delivery, ['content-digest']);
    if (claimed !== undefined && !matchesContentDigest(claimed ?? '', delivery.body)) return undefined;
    return {
      timestamp: created * 1000,
      id: coveredHeader(idHeaders, components, delivery),
      coversBody: components.includes('content-digest'),
      coversEvent: coveredHeader(eventHeaders, components, delivery) !== undefined,
      alsoSigned: base.toString(),
    };
  }
}

/** HTTP Message Signatures with a shared secret; for public keys and other demands, `makeHttpMessageSignatures`. */
export const httpMessageSignatures = makeHttpMessageSignatures();

/** The times of a signature in seconds; `undefined` where it has no `created`, or what is no time. */
function readTimes(parameters: FieldParameters): Pick<MessageSignature, 'created' | 'expires'> | undefined {
  const created = parameters.get('created');
  const expires = parameters.get('expires') ?? Infinity;
  return typeof created === 'number' && typeof expires === 'number' ? { created, expires } : undefined;
}

/** The value of the first of the headers that is there, if it is covered. */
function coveredHeader(
  names: readonly string[],
  components: readonly string[],
  delivery: Delivery,
): string | undefined {
  const present = names.find((name) => readHeader(delivery, [name]) !== undefined);
  return present !== undefined && components.includes(present) ? headerText(delivery, present) : undefined;
}

function listHeaders(fact: ValueSource | undefined): readonly string[] {
  return [fact?.header ?? []].flat().map((name) => name.toLowerCase());
}
