import type { Provider } from '../../core/provider';
import { decodeSecret } from '../../core/decode-secret';
import type { ListedSecret } from '../../core/secret-option';
import { makeVariant, keepValue, type Variant } from '../findings';
import { capitalise, nameSecret } from '../subject';
import { undoMistakes, type Mistake } from './mistake';
import { SENDER_MISTAKES, TEXT_MISTAKES, unquote } from './secret-text';

interface KeyReader {
  readonly words: string;
  readonly read: (text: string) => Buffer | undefined;
}

const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const PREFIX = /^[A-Za-z]{2,12}_/;
// Two mistakes at once are looked for in this many texts.
const MOST_TEXTS = 400;

const READERS: readonly KeyReader[] = [
  { words: 'as text', read: (text) => Buffer.from(text, 'utf8') },
  {
    words: 'decoded from base64',
    read: (text) => (BASE64.test(text) ? Buffer.from(text, 'base64') : undefined),
  },
  {
    words: 'decoded from hexadecimal',
    read: (text) => (HEX.test(text) ? Buffer.from(text, 'hex') : undefined),
  },
  { words: 'as Latin-1 text', read: (text) => Buffer.from(text, 'latin1') },
  { words: 'encoded in base64', read: (text) => Buffer.from(Buffer.from(text).toString('base64')) },
  { words: 'encoded in hexadecimal', read: (text) => Buffer.from(Buffer.from(text).toString('hex')) },
];
const OWN_WORDS = {
  utf8: 'as text',
  base64: 'decoded from base64',
  hex: 'decoded from hexadecimal',
} as const;

const NAMES_OF_NOTHING = ['', 'undefined', 'null', 'None', 'nil'];

/** The texts that the sender may use in the place of a secret: those of one mistake before those of two. */
export function listSecretTexts(secret: ListedSecret): readonly Variant<string>[] {
  const name = nameSecret(secret);
  const start = capitalise(name);
  const undo = (mistakes: readonly Mistake[], text: Variant<string>): Variant<string>[] => [
    ...undoMistakes(mistakes, text, (says) => `${start} ${says}.`),
  ];
  const known = new Set([secret.value]);
  const isNew = ({ value }: Variant<string>): boolean =>
    known.size < MOST_TEXTS && value.trim() !== '' && !known.has(value) && known.add(value).size > 0;
  const one = undo(TEXT_MISTAKES, keepValue(secret.value)).filter(isNew);
  const bySender = undo(SENDER_MISTAKES, keepValue(secret.value)).filter(isNew);
  const two = one.flatMap((variant) => undo(TEXT_MISTAKES, variant)).filter(isNew);
  const three = two.flatMap((variant) => undo(TEXT_MISTAKES, variant)).filter(isNew);
  return [...one, ...bySender, ...two, ...three];
}

/** The keys that the sender may have made of a secret, the right one first where it can be read. */
export function listKeys(provider: Provider, secret: ListedSecret): readonly Variant<Buffer>[] {
  const read = ({ value, differences }: Variant<string>): readonly Variant<Buffer>[] => {
    try {
      return [{ value: decodeSecret(provider, value), differences }];
    } catch {
      return [];
    }
  };
  const all = [keepValue(secret.value), ...listSecretTexts(secret)].flatMap(read);
  return removeCopies([...all, ...readOtherwise(provider, secret)]);
}

/** The keys of a sender whose own setting is empty, or holds the name of a variable. */
export function listSenderKeys({ name }: Provider): readonly Variant<Buffer>[] {
  const variable = name.replaceAll('-', '_').toUpperCase();
  const variables = [`${variable}_SECRET`, `${variable}_WEBHOOK_SECRET`, 'WEBHOOK_SECRET', 'SECRET'];
  return [
    ...NAMES_OF_NOTHING.map((text) =>
      makeVariant(
        Buffer.from(text),
        'secret-unset-at-sender',
        text === ''
          ? 'The sender signs with an empty secret.'
          : `The sender signs with the word "${text}" in place of a secret.`,
      ),
    ),
    ...variables
      .flatMap((text) => [`$${text}`, `\${${text}}`])
      .map((text) =>
        makeVariant(
          Buffer.from(text),
          'secret-not-filled-in',
          `The sender signs with the text "${text}", the name of a variable.`,
        ),
      ),
  ];
}

/** A secret without the usual text around it. */
export function cleanSecret(text: string): string {
  return unquote(text.trim()).trim();
}

function readOtherwise(provider: Provider, secret: ListedSecret): readonly Variant<Buffer>[] {
  const { prefix } = provider.secret;
  const text = cleanSecret(secret.value);
  const bare =
    prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : text.replace(PREFIX, '');
  const forms: readonly (readonly [string, string])[] = [
    [text, bare === text ? '' : ' with its prefix'],
    [bare, ' without its prefix'],
    [`${prefix ?? 'whsec_'}${bare}`, ` with "${prefix ?? 'whsec_'}" in front`],
  ];
  return forms.flatMap(([form, words]) =>
    READERS.flatMap((reader) => {
      const key = reader.read(form);
      if (key === undefined) return [];
      return [nameReader(provider, secret, key, { form, words, reader, own: [text, bare] })];
    }),
  );
}

function nameReader(
  { name, secret: { encoding, prefix } }: Provider,
  secret: ListedSecret,
  key: Buffer,
  used: {
    readonly form: string;
    readonly words: string;
    readonly reader: KeyReader;
    readonly own: readonly string[];
  },
): Variant<Buffer> {
  const of = capitalise(nameSecret(secret));
  const own = OWN_WORDS[encoding];
  if (used.reader.words !== own) {
    const observed = `${of} is used by the sender${used.words} ${used.reader.words}, while ${name} uses it ${own}.`;
    return makeVariant(key, 'secret-encoding', observed);
  }
  // The right reading of the right text, where only a lenient reader can read it.
  const [text, bare] = used.own;
  if (used.form === text || (prefix !== undefined && used.form === bare)) {
    return makeVariant(
      key,
      'secret-format',
      `${of} is damaged: it can only be read by leaving out what does not fit.`,
    );
  }
  return makeVariant(key, 'secret-prefix', `${of} is used by the sender${used.words}.`);
}

function removeCopies(variants: readonly Variant<Buffer>[]): readonly Variant<Buffer>[] {
  const seen = new Set<string>();
  return variants.filter(({ value }) => {
    const text = value.toString('latin1');
    return !seen.has(text) && seen.add(text);
  });
}
