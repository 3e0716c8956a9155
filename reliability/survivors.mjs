/**
 * The mutants that live, by file and reason. A line is as `npm run mutate` prints it, with the mutant in it.
 * `kind` is `'equivalent'` where no input tells the mutant from the code; anything else is a gap, and counts as one.
 */
export const SURVIVORS = {
  'src/core/headers.ts': [
    {
      kind: 'equivalent',
      why: 'defineProvider() takes "items" and "assign" together or not at all; the compiler does not know that.',
      lines: [
        'if (items !== undefined || assign !== undefined) return readItems(plan, header, items, assign);',
        'if (true && assign !== undefined) return readItems(plan, header, items, assign);',
        'if (items !== undefined && true) return readItems(plan, header, items, assign);',
      ],
    },
    {
      kind: 'equivalent',
      why: 'Behind the last name there is nothing, which has no length; within the list there is always a name.',
      lines: [
        'for (let index = 0; index <= rawHeaders.length; index += 2) {',
        'if (other.length === name.length && other.toLowerCase() === name) count += 1;',
      ],
    },
    {
      kind: 'equivalent',
      why: 'Names of equal text have equal length: it is asked first because it saves making lower case of all.',
      lines: ['if (true && other.toLowerCase() === name) count += 1;'],
    },
  ],
  'src/core/signature.ts': [
    {
      kind: 'equivalent',
      why: 'Without a name OpenSSL takes for a key of P-256 its default digest, which is SHA-256. It is named so that nothing hangs on a default.',
      lines: [
        'function digestOf(algorithm: AsymmetricAlgorithm): string | undefined {}',
        "return true ? undefined : 'sha256';",
      ],
    },
    {
      kind: 'equivalent',
      why: 'Every asymmetric key of Node has details; the compiler does not know that it is one.',
      lines: [": key.asymmetricKeyDetails.namedCurve === 'prime256v1';"],
    },
  ],
  'src/core/verify.ts': [
    {
      kind: 'equivalent',
      why: 'The usual delivery is not seen at a glance but checked field by field, which says the same and takes longer.',
      lines: [
        'function isPlainDelivery(delivery: DeliveryInput): delivery is Delivery {}',
        'false',
        'typeof method === "" &&',
        'typeof url === "" &&',
        '(rawHeaders === undefined && Array.isArray(rawHeaders)) &&',
        '(false || Array.isArray(rawHeaders)) &&',
        'function isPlain(value: unknown): boolean {}',
        'return false;',
        'return typeof value === "" && value !== null && Object.getPrototypeOf(value) === Object.prototype;',
        "return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== Object.prototype;",
      ],
    },
    {
      kind: 'equivalent',
      why: 'The check takes everything, so that its words are never said: the secret is judged with the provider at hand.',
      lines: [
        'export const A_SECRET: OptionCheck = { accepts: () => true, expects: "", secret: true };',
        "export const A_SECRET: OptionCheck = { accepts: () => true, expects: 'a secret', secret: false };",
      ],
    },
  ],
};
