/**
 * The mutants that live, by file and reason. A line is as `npm run mutate` prints it, with the mutant in it. `kind` is
 * `'equivalent'` where no input tells the mutant from the code, `'cost'` where only the time or memory that it takes
 * does, or a limit that was chosen by feeling. Those of cost count against the score.
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
  'src/core/certificates.ts': [
    {
      kind: 'equivalent',
      why: 'Where 64 are known there is an oldest; the compiler does not know that.',
      lines: ['if (known.size === MAX_KNOWN && true) known.delete(oldest);'],
    },
    {
      kind: 'equivalent',
      why: 'An answer of status 200 to a GET has a body, if an empty one; the compiler does not know that.',
      lines: ['if (status === 200 && true) return readLimited(body);'],
    },
  ],
  'src/core/custom.ts': [
    {
      kind: 'equivalent',
      why: 'Who reads what is covered puts the id itself in the place of this flag.',
      lines: [
        'const covers = { body: coversBody, id: true, event: coversEvent };',
        'const covers = { body: coversBody, id: false, event: coversEvent };',
        "const covers = { body: coversBody, id: id === '', event: coversEvent };",
        'const covers = { body: coversBody, id: id !== "Stryker was here!", event: coversEvent };',
      ],
    },
  ],
  'src/core/message-keys.ts': [
    {
      kind: 'equivalent',
      why: 'Without a name OpenSSL takes for a key of P-256 its default digest, which is SHA-256.',
      lines: [
        'function hashOf(algorithm: AsymmetricAlgorithm): string | null {}',
        "return true ? null : 'sha256';",
      ],
    },
  ],
  'src/core/routes.ts': [
    {
      kind: 'equivalent',
      why: 'The list is only searched for events that have a handler, and none has this name.',
      lines: ['byName(event, method, candidates = ["Stryker was here"]) {'],
    },
    {
      kind: 'equivalent',
      why: 'Every pair is looked at twice, and each event beside itself: the first pair that clashes is the same.',
      lines: ['for (const other of routes) {'],
    },
  ],
  'src/core/sign.ts': [
    {
      kind: 'equivalent',
      why: 'Where a provider has no timestamp, nothing takes its text: no header, and no part of what is signed.',
      lines: ['return timestamp === undefined ? "Stryker was here!" : formatTimestamp(now, timestamp.unit);'],
    },
  ],
  'src/core/signature-base.ts': [
    {
      kind: 'equivalent',
      why: 'Either text is no name of a component, and refused as one.',
      lines: [`typeof value === 'string' && parameters.size === 0 ? value : "Stryker was here!",`],
    },
    {
      kind: 'equivalent',
      why: 'They stand for the parts of what is no address, of which the first is refused: either text is none.',
      lines: [
        `const [, origin = "Stryker was here!", path = '', query] = ADDRESS.exec(url) ?? [];`,
        `const [, origin = '', path = "Stryker was here!", query] = ADDRESS.exec(url) ?? [];`,
        `const [, origin = '', path = '', query] = ADDRESS.exec(url) ?? ["Stryker was here"];`,
      ],
    },
  ],
  'src/core/trial.ts': [
    {
      kind: 'equivalent',
      why: 'No provider has an event of either name.',
      lines: [
        'const { method = provider.events?.[event ?? "Stryker was here!"]?.[0] ?? provider.methods[0] } = settings;',
      ],
    },
  ],
  'src/stores/memory.ts': [
    {
      kind: 'equivalent',
      why: 'It looks for records that are over more often than it must, and finds none: it only takes longer.',
      lines: ['if (true) makeRoom(time);', 'const second = Math.floor(time * 1000);', 'if (true) {'],
    },
    {
      kind: 'equivalent',
      why: 'Nothing is later than a time that is not there; the compiler wants to hear it.',
      lines: ['return true && until > time;'],
    },
    {
      kind: 'cost',
      why: 'Records that are over are forgotten later, or earlier: no answer knows of it, only the memory that is held.',
      lines: [
        'sweep(time) {},',
        'for (let looked = 0; false; looked += 1) {',
        'for (let looked = 0; looked <= 2; looked += 1) {',
        'for (let looked = 0; looked >= 2; looked += 1) {',
        'for (let looked = 0; looked < 2; looked += 1) {}',
        'if (true) {',
        'if (false) untilByKey.delete(next.value[0]);',
        'if (next.value[1] < time) untilByKey.delete(next.value[0]);',
      ],
    },
    {
      kind: 'cost',
      why: 'From which millisecond on a clock counts as set is a matter of feeling.',
      lines: ['const wasSet = Math.abs(wallStep - monotonicStep) > CLOCK_SET_MS;'],
    },
    {
      kind: 'equivalent',
      why: 'The time is summed up later, or as soon as the clocks differ: the sum is the same to the millisecond that is lost at each.',
      lines: [
        'if (!wasSet && true) return time + step;',
        'if (!wasSet && monotonicStep <= CLOCK_STEP_MS) return time + step;',
      ],
    },
  ],
};
