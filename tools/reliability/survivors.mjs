/**
 * The mutants that live, by file and reason. A line is as `npm run mutate` prints it, with the mutant in it. `kind` is
 * `'equivalent'` where no input tells the mutant from the code, `'cost'` where only the time or memory that it takes
 * does, or a limit that was chosen by feeling. Those of cost count against the score.
 */
export const SURVIVORS = {
  'src/core/define-provider.ts': [
    {
      kind: 'equivalent',
      why: 'The algorithm is only asked whether it is an HMAC, which neither text is.',
      lines: ['checkCommon(where, definition, "");'],
    },
  ],
  'src/diagnose/body-changes.ts': [
    {
      kind: 'equivalent',
      why: 'What is no text is no JSON either.',
      lines: ['if (true) yield* reserialised(text);'],
    },
    {
      kind: 'equivalent',
      why: 'Without the name of an encoding Node writes UTF-8.',
      lines: [
        `for (const value of ofText?.(text) ?? []) yield changed(Buffer.from(value, ""), code, observed);`,
        `Buffer.from(bytes, "").toString('latin1'),`,
        `Buffer.from(Buffer.from(bytes, 'latin1').toString('utf16le'), "").toString('latin1'),`,
      ],
    },
  ],
  'src/diagnose/contents.ts': [
    {
      kind: 'equivalent',
      why: 'A secret in the signed content is nothing in a guess either way, and the secret is tried as the key.',
      lines: [
        'const signed = plan.provider.signed;',
        'const signed = plan.provider.signed.filter((part) => true);',
        'const signed = plan.provider.signed.filter((part) => part !== "");',
      ],
    },
    {
      kind: 'equivalent',
      why: 'defineProvider() lets no part have a brace but those of a placeholder, which is a part of its own.',
      lines: [
        String.raw`const name = /\{(\w+)\}$/.exec(part)?.[1];`,
        String.raw`const name = /^\{(\w+)\}/.exec(part)?.[1];`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'What is no part of the content is not looked at.',
      lines: ['(parts.includes(TIME) ? times : ["Stryker was here!"]).map((timestamp) =>'],
    },
  ],
  'src/diagnose/custom-search.ts': [
    {
      kind: 'equivalent',
      why: 'What is no verdict has no time, and is no match whether that is found out by a question or by what is thrown.',
      lines: ['timestamp = verdict.timestamp;', '} catch {}'],
    },
  ],
  'src/diagnose/header-values.ts': [
    {
      kind: 'equivalent',
      why: 'A name alone has no value.',
      lines: ['{ headers, rawHeaders = ["Stryker was here"] }: Delivery,'],
    },
    {
      kind: 'equivalent',
      why: 'Of two names of one length either is the shorter.',
      lines: ['const [short, long] = found.length <= wanted.length ? [found, wanted] : [wanted, found];'],
    },
  ],
  'src/diagnose/hints.ts': [
    {
      kind: 'equivalent',
      why: 'The name of a secret begins with the first "t" in it.',
      lines: [`const name = secretName(secret).replace(/t/, 'T');`],
    },
    {
      kind: 'equivalent',
      why: 'No header is like the empty name, nor like that one.',
      lines: [
        'const name = names[code] ?? "Stryker was here!";',
        'const similar = false ? [] : lookAlikes(subject, name);',
        'const similar = name === "Stryker was here!" ? [] : lookAlikes(subject, name);',
      ],
    },
  ],
  'src/diagnose/json-styles.ts': [
    {
      kind: 'equivalent',
      why: 'Between indented items stands a line break, whatever the comma is.',
      lines: ['comma: "",'],
    },
  ],
  'src/diagnose/json-text.ts': [
    {
      kind: 'equivalent',
      why: 'The text is known to be JSON, so there is always another token.',
      lines: ['const next = (): string => String(token.exec(text)[1]);'],
    },
    {
      kind: 'equivalent',
      why: 'A function that ends gives undefined, too.',
      lines: ['} catch {}'],
    },
    {
      kind: 'equivalent',
      why: 'A token that ends with a quote begins with one.',
      lines: [`if (first.endsWith('"')) return { text: JSON.parse(first) as string };`],
    },
  ],
  'src/diagnose/judgement.ts': [
    {
      kind: 'equivalent',
      why: 'What is no secret has no time at which it is in use, and no function that could verify.',
      lines: ['return ["Stryker was here"];'],
    },
    {
      kind: 'equivalent',
      why: 'To judge without claims throws, and what throws is no verdict; nor is a code, or what ends without a word.',
      lines: [
        'if (false || (plan.coversUrl && publicUrl === undefined)) return undefined;',
        'if (typeof claims === "" || (plan.coversUrl && publicUrl === undefined)) return undefined;',
        'if (!isThenable(verdict)) return false ? undefined : verdict;',
        'if (!isThenable(verdict)) return typeof verdict === "" ? undefined : verdict;',
        '} catch {}',
      ],
    },
  ],
  'src/diagnose/match.ts': [
    {
      kind: 'equivalent',
      why: 'The hash of the scheme is compared first; to compare it again, or by another function, finds nothing else.',
      lines: [
        'return known === undefined || false ? [] : [known];',
        'const own = true ? computeSignature(algorithm, key, content) : hmac(hash, key, content);',
        'const OWN_HASHES: Readonly<Partial<Record<Algorithm, string>>> = {};',
      ],
    },
    {
      kind: 'equivalent',
      why: 'A function that ends gives undefined, too; and what is longer is not the beginning.',
      lines: [
        '} catch {}',
        'start.length >= SHORTEST && true && same(start, whole.subarray(0, start.length))',
      ],
    },
  ],
  'src/diagnose/other-providers.ts': [
    {
      kind: 'equivalent',
      why: 'With headers that cannot be read the judgement throws, which is no as well.',
      lines: ['if (false) return false;', 'if (typeof claims === "") return false;', '} catch {}'],
    },
  ],
  'src/diagnose/read-headers.ts': [
    {
      kind: 'equivalent',
      why: 'What is not there has no items, no header and no id that is signed.',
      lines: [
        '? itemsOf(signature ?? "Stryker was here!", timestamp.field)',
        'if (false || (!isField && timestampHeaders.length === 0)) {',
        'const name = nameOf(plan.provider.id.header);',
      ],
    },
  ],
  'src/diagnose/search.ts': [
    {
      kind: 'cost',
      why: 'How much is tried, in which order, and of which size a body is large, was chosen by feeling: it bounds the time.',
      lines: [
        '? ((withContents(contents.slice(0, PAIRED_CONTENTS)) ?? withBodies()) && withKeys())',
        '? (withContents(contents.slice(0, PAIRED_CONTENTS)) && withBodies() ?? withKeys())',
        '? (withContents(contents) ?? withBodies() ?? withKeys())',
        'if (false) return undefined;',
        'if (false) return undefined;',
        '(false ? undefined : pairs(attempt, space))',
        '(delivery.body.length >= PAIRS_UP_TO ? undefined : pairs(attempt, space))',
        'return body.value.length >= MEGABYTE',
        'return false',
        'const fewContents = contents;',
        'const fewKeys = keys.filter(isUsual);',
        'const fewKeys = keys.slice(0, PAIRED_KEYS);',
        'const fewBodies = [...bodies];',
        'if (false) return undefined;',
        'if (body.value.length >= MEGABYTE) return undefined;',
        'return first(contents, ({ value, changes }) =>',
        'let left = Math.max(MOST_BYTES, size / LEAST_HASHES);',
        'left += bytes + overhead;',
        'left -= bytes - overhead;',
        'return true;',
        'return left > 0;',
        'const ASYMMETRIC_OVERHEAD = 64 / 1024;',
      ],
    },
    {
      kind: 'cost',
      why: 'No hash is a token or the signature of a key pair: what is not looked for would not be found.',
      lines: [
        '(false ? undefined : constructed(reading, space)) ??',
        `(asymmetric && algorithm === 'token' ? undefined : constructed(reading, space)) ??`,
        '(asymmetric || false ? undefined : constructed(reading, space)) ??',
        '(asymmetric || algorithm === "" ? undefined : constructed(reading, space)) ??',
      ],
    },
    {
      kind: 'equivalent',
      why: 'The name of a secret begins with the first "t" in it.',
      lines: [
        `return [{ code: 'secret-expired', observed: observed.replace(/t/, 'T') }];`,
        `return [{ code: 'secret-not-yet-valid', observed: observed.replace(/t/, 'T') }];`,
      ],
    },
  ],
  'src/diagnose/secret-changes.ts': [
    {
      kind: 'equivalent',
      why: 'Without the name of an encoding Node writes UTF-8, and nothing begins with a prefix that is none.',
      lines: [
        `{ words: 'as text', read: (text) => Buffer.from(text, "") },`,
        `true && text.startsWith(prefix) ? text.slice(prefix.length) : text.replace(PREFIX, '');`,
      ],
    },
  ],
  'src/diagnose/signature-text.ts': [
    {
      kind: 'equivalent',
      why: 'A text with spaces in it is no encoding, as little as an empty one, and no version.',
      lines: [
        `{ words: 'base64 of hexadecimal text', decode: (text) => hex(base64(text)?.toString('latin1') ?? "Stryker was here!") },`,
        `decode: (text) => base64(hex(text)?.toString('latin1') ?? "Stryker was here!"),`,
        'const before = items[index - 1] ?? "Stryker was here!";',
      ],
    },
    {
      kind: 'equivalent',
      why: 'defineProvider() wants "key" and "assign" together; the compiler does not know it.',
      lines: [
        'return false || assign === undefined ? prefix : key + assign;',
        'return key === undefined && assign === undefined ? prefix : key + assign;',
        'return key === undefined || false ? prefix : key + assign;',
      ],
    },
  ],
  'src/diagnose/subject.ts': [
    {
      kind: 'equivalent',
      why: 'The name is asked only of a header that the provider has; the compiler does not know it.',
      lines: [
        'const [name = "Stryker was here!"] = [names ?? []].flat();',
        `const [name = ''] = [names ?? ["Stryker was here"]].flat();`,
      ],
    },
  ],
  'src/diagnose/times.ts': [
    {
      kind: 'equivalent',
      why: 'What is not behind at all is within every tolerance, and a quarter of an hour is far from a half.',
      lines: [
        `const direction = behind >= 0 ? 'old' : 'ahead of this clock';`,
        'behind >= 0',
        'Math.abs(behind) >= HALF_HOUR / 2 &&',
      ],
    },
  ],
  'src/diagnose/urls.ts': [
    {
      kind: 'equivalent',
      why: 'A text with spaces in the place of a host is no address, and is left out with all that are none.',
      lines: [
        'const own = publicUrl ?? "Stryker was here!";',
        'return typeof value === \'string\' && URL.canParse(`http://${value}/`) ? [value] : ["Stryker was here"];',
        '...(configured === undefined ? ["Stryker was here"] : [configured.host]),',
        'if (address === undefined) return ["Stryker was here"];',
      ],
    },
  ],
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
  'src/core/untrusted-json.ts': [
    {
      kind: 'equivalent',
      why: 'A function that ends without an answer answers undefined; the compiler wants it said.',
      lines: ['} catch {}'],
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
        'Object.keys(delivery).length === (true ? 4 : 5)',
        'function isPlain(value: unknown): boolean {}',
        'return false;',
        'return typeof value === "" && value !== null && Object.getPrototypeOf(value) === Object.prototype;',
        "return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== Object.prototype;",
      ],
    },
  ],
  'src/core/checks.ts': [
    {
      kind: 'equivalent',
      why: 'The check takes everything, so its words are never said: the secret is checked with the provider at hand.',
      lines: ['export const A_SECRET: OptionCheck = { accepts: () => true, expects: "", secret: true };'],
    },
  ],
  'src/keys/fetched-values.ts': [
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
  'src/core/hmac.ts': [
    {
      kind: 'cost',
      why: 'The plain way is taken where the fast one could be, or at one byte more or less: both give the same.',
      lines: [
        'return true ? plain : makeFastHmac(name, key, hash, plain);',
        'if (true) return plainSha256(text, body);',
        'if (hash === null || bodyBytes + 3 * text.length >= MAX_COPIED_BYTES) return plainSha256(text, body);',
        'if (bodyBytes + 3 * (before.length + after.length) >= MAX_COPIED_BYTES) return plain(before, body, after);',
      ],
    },
    {
      kind: 'equivalent',
      why: 'Without the name of an encoding Node writes UTF-8.',
      lines: [
        'const textBytes = inner.write(text, 0, "");',
        `if (before !== '') end += inner.write(before, BLOCK_BYTES, "");`,
        `if (after !== '') end += inner.write(after, end, "");`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'An empty text adds nothing: it is left out because the call costs something.',
      lines: [
        'if (true) hmac.update(before);',
        'if (before !== "Stryker was here!") hmac.update(before);',
        'if (true) hmac.update(after);',
        'if (after !== "Stryker was here!") hmac.update(after);',
        "if (true) end += inner.write(before, BLOCK_BYTES, 'utf8');",
        `if (before !== "Stryker was here!") end += inner.write(before, BLOCK_BYTES, 'utf8');`,
        "if (true) end += inner.write(after, end, 'utf8');",
        `if (after !== "Stryker was here!") end += inner.write(after, end, 'utf8');`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'A hash that is not there fails when it is tried, and what is no answer counts as no.',
      lines: ['return true && agrees(hash) ? hash : null;', '} catch {}'],
    },
    {
      kind: 'cost',
      why: 'What a hash is tried with was chosen by feeling.',
      lines: ['const key = Buffer.from("");', 'const body = Buffer.from([]);'],
    },
  ],
  'src/core/authenticate.ts': [
    {
      kind: 'equivalent',
      why: 'What is no text has no time in it, and is refused by that.',
      lines: ["if (false || Number.isNaN(time)) return 'ERR_WEBHOOK_HEADER';"],
    },
    {
      kind: 'equivalent',
      why: 'The function of the provider puts its own findings in the place of these, and there are no signatures to read.',
      lines: [
        `return { plan, signatures: ["Stryker was here"], timestampText: '', timestamp: undefined, id: '' };`,
        `return { plan, signatures: [], timestampText: "Stryker was here!", timestamp: undefined, id: '' };`,
        `return { plan, signatures: [], timestampText: '', timestamp: undefined, id: "Stryker was here!" };`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'Of an empty list none is in use, so that the dummies are taken a line later.',
      lines: ['const listed = false ? dummies : secrets;'],
    },
    {
      kind: 'equivalent',
      why: 'Of a single secret the first is the last that matched.',
      lines: [
        'const first = true && signatures.length === 1 ? (lastMatches.get(candidates) ?? 0) : 0;',
        'const first = count >= 1 && signatures.length === 1 ? (lastMatches.get(candidates) ?? 0) : 0;',
        'if (true) lastMatches.set(candidates, index);',
        'if (count >= 1) lastMatches.set(candidates, index);',
      ],
    },
    {
      kind: 'equivalent',
      why: 'Within the list there is always a secret; the compiler does not know that.',
      lines: ['if (false || !isInUse(secret, now) || !secret.check(content, signatures)) continue;'],
    },
    {
      kind: 'equivalent',
      why: 'Headers tell a form from JSON, which defineProvider() lets no body with a timestamp be.',
      lines: ['const value = valueAt(parsePayload(plan, {}, body)?.value, timestamp.body);'],
    },
  ],
  'src/providers/http-message-signatures/message-keys.ts': [
    {
      kind: 'equivalent',
      why: 'Without a name OpenSSL takes for a key of P-256 its default digest, which is SHA-256.',
      lines: [
        'function hashOf(algorithm: AsymmetricAlgorithm): string | null {}',
        "return true ? null : 'sha256';",
      ],
    },
  ],
  'src/core/payload.ts': [
    {
      kind: 'equivalent',
      why: 'A function that ends without an answer answers undefined; the compiler wants it said.',
      lines: ['} catch {}'],
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
  'src/core/secrets.ts': [
    {
      kind: 'equivalent',
      why: 'The id of a dummy is never seen, because nothing matches it.',
      lines: [
        'return makePrepared(provider, { id: "Stryker was here!", ...always, check }, NO_BYTES, undefined);',
      ],
    },
  ],
  'src/core/sign.ts': [
    {
      kind: 'equivalent',
      why: 'Where a provider has no timestamp, nothing takes its text: no header, and no part of what is signed.',
      lines: ['return timestamp === undefined ? "Stryker was here!" : formatTimestamp(now, timestamp.unit);'],
    },
  ],
  'src/providers/http-message-signatures/signature-base.ts': [
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
  'src/providers/http-message-signatures/structured-fields.ts': [
    {
      kind: 'equivalent',
      why: 'A function that ends without an answer answers undefined; the compiler wants it said.',
      lines: ['} catch {}'],
    },
  ],
  'src/core/test-delivery.ts': [
    {
      kind: 'equivalent',
      why: 'No provider has an event of either name.',
      lines: [
        'const { method = provider.events?.[event ?? "Stryker was here!"]?.[0] ?? provider.methods[0] } = settings;',
      ],
    },
  ],
  'src/duplicates/memory-store.ts': [
    {
      kind: 'equivalent',
      why: 'It looks for records that are over more often than it must, and finds none: it only takes longer.',
      lines: ['if (true) makeRoom(time);', 'const second = Math.floor(time * 1000);', 'if (true) {'],
    },
    {
      kind: 'equivalent',
      why: 'Nothing is later than a time that is not there; the compiler wants to hear it.',
      lines: ['if (false) return false;'],
    },
    {
      kind: 'equivalent',
      why: 'What an owner still holds is neither done nor taken, which is asked once more.',
      lines: ['if (true && isTaken(key, owner, time)) return false;'],
    },
    {
      kind: 'cost',
      why: 'Records that are over are forgotten later, or earlier: no answer knows of it, only the memory that is held.',
      lines: [
        'sweep(time) {},',
        'if (true) return;',
        'if (false) return;',
        'if (untilByKey.size !== 0) return;',
        'if (next.done !== true) {',
        'if (next.done === false) {',
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
  'src/steps/allow-ips.ts': [
    {
      kind: 'equivalent',
      why: 'They stand for the parts of what is no range, of which the first is refused: either text is none.',
      lines: [
        `const [, address = "Stryker was here!", prefix] = RANGE.exec(typeof range === 'string' ? range : '') ?? [];`,
        `const [, address = '', prefix] = RANGE.exec(typeof range === 'string' ? range : "Stryker was here!") ?? [];`,
        `const [, address = '', prefix] = RANGE.exec(typeof range === 'string' ? range : '') ?? ["Stryker was here"];`,
      ],
    },
  ],
  'src/steps/route-events.ts': [
    {
      kind: 'equivalent',
      why: 'What has not been said of a delivery counts as not so; the compiler wants it said.',
      lines: ['const run: Run = {};'],
    },
    {
      kind: 'equivalent',
      why: 'Behind the deadline the outcome is not looked at, only that no handler runs.',
      lines: ['if (run.expired) return "";'],
    },
    {
      kind: 'equivalent',
      why: 'Who has noted why a payload does not fit has begun an exchange; the compiler does not know that.',
      lines: ["if (outcome === 'ERR_WEBHOOK_SCHEMA') exchangeOf(req).claim?.settle(false);"],
    },
  ],
  'src/request/proxies.ts': [
    {
      kind: 'equivalent',
      why: 'The name by which a warning is known again is seen by nobody, and any other does.',
      lines: ['"",', '"",'],
    },
  ],
  'src/steps/limit-rate.ts': [
    {
      kind: 'equivalent',
      why: 'Nothing said is as good as no to whoever asks whether to skip; the types want it said.',
      lines: ['skip = () => undefined,'],
    },
    {
      kind: 'equivalent',
      why: 'express-rate-limit throws before it has noted a count, never behind it; were it to, that would be a failure.',
      lines: ['if (thrown === OVER || (true && info() !== before)) resolve(thrown === OVER);'],
    },
  ],
  'src/request/secret-source.ts': [
    {
      kind: 'equivalent',
      why: 'What has no times of validity is valid at no time, as if it were not there.',
      lines: ['return { secrets: ["Stryker was here"], scope };'],
    },
  ],
  'src/steps/answer-handshakes.ts': [
    {
      kind: 'equivalent',
      why: 'A token covers nothing: what stands for its content is not looked at.',
      lines: [
        'const NO_CONTENT = {};',
        `const NO_CONTENT = { before: "Stryker was here!", body: undefined, after: '' };`,
        `const NO_CONTENT = { before: '', body: undefined, after: "Stryker was here!" };`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'It stands for the parts of what names no field, of which the first is not read.',
      lines: ['const [, hmac, path] = /^\\{(hmac )?(.+)\\}$/.exec(String(value)) ?? ["Stryker was here"];'],
    },
  ],
  'src/trace/make-trace.ts': [
    {
      kind: 'equivalent',
      why: 'The plan is that of one of the schemes, and a name stands before each value; the compiler knows neither.',
      lines: [
        'const option = schemes.find(({ provider }) => planOf(provider) === plan).secret;',
        'let name = "Stryker was here!";',
      ],
    },
    {
      kind: 'equivalent',
      why: 'A text that no delivery holds is hidden nowhere.',
      lines: [`if (option === undefined || typeof option === 'function') return ["Stryker was here"];`],
    },
    {
      kind: 'equivalent',
      why: 'One secret makes a list of one.',
      lines: [
        'const isUsed = (one: string | Secret): boolean => listSecrets(one).every(each => isInUse(each, now()));',
      ],
    },
  ],
  'src/request/decisions.ts': [
    {
      kind: 'equivalent',
      why: 'What is published to nobody is heard by nobody: it is asked first because it saves making the message.',
      lines: ['if (true) {'],
    },
    {
      kind: 'equivalent',
      why: 'The name by which a warning is known again is seen by nobody, and any other does.',
      lines: [
        'warnOnce("", `a decision could not be recorded: ${reason}. Is the option "clock" right?`);',
        'warnOnce("", HINT);',
        `warnOnce("", 'the option "onDecision" threw or rejected; a decision was lost');`,
      ],
    },
    {
      kind: 'equivalent',
      why: 'A function that ends without an answer answers undefined; the compiler wants it said.',
      lines: ['} catch {}'],
    },
  ],
  'src/trace/watch-steps.ts': [
    {
      kind: 'equivalent',
      why: 'A guard has steps, and a waiver is never taken back; the compiler knows neither.',
      lines: [
        "const isHandedOn = last.endedAt !== undefined && last.state !== 'failed';",
        'startedAt: last.endedAt,',
        "else if (true && waived !== before) end('waived', waived);",
      ],
    },
    {
      kind: 'equivalent',
      why: 'No step has the word anywhere but at the end of its name.',
      lines: [
        "return name.replace(/Middleware/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);",
      ],
    },
  ],
  'src/request/answer.ts': [
    {
      kind: 'equivalent',
      why: 'Without the name of an encoding Node writes UTF-8.',
      lines: ['const body = Buffer.from(text, "");'],
    },
    {
      kind: 'equivalent',
      why: 'To end a response once more does nothing.',
      lines: ['if (false) return;', 'over = false;'],
    },
    {
      kind: 'cost',
      why: 'How much of an upload is read away was chosen by feeling.',
      lines: ['if (left <= 0) cut();'],
    },
  ],
  'src/steps/capture-raw-body.ts': [
    {
      kind: 'equivalent',
      why: 'The name under which a warning is kept to one is never said, and no other warning has this one.',
      lines: ['warnOnce("", CONSUMED);'],
    },
    {
      kind: 'cost',
      why: 'A timer is started for a body that is here already: it finds that all was said, and holds no process.',
      lines: ['if (false) return;', 'if (over && req.complete) return;'],
    },
    {
      kind: 'cost',
      why: 'It counts as well where Node itself holds the body to its Content-Length.',
      lines: [
        "if (true) req.on('data', count);",
        `if (req.headers[""] === undefined) req.on('data', count);`,
      ],
    },
  ],
  'src/request/channels.ts': [
    {
      kind: 'cost',
      why: 'A context that nobody wants is made and never used.',
      lines: ['const isWanted = true;'],
    },
  ],
  'src/request/state.ts': [
    {
      kind: 'equivalent',
      why: 'The scope is only read behind a verdict, with which it is set.',
      lines: ['scope: "Stryker was here!",'],
    },
    {
      kind: 'equivalent',
      why: 'A step that knows no provider authenticates nothing: it asks for neither the status nor the mode of that.',
      lines: [
        'beginExchange(req, { now: Date.now(), provider: NOBODY, refusal: {}, report: false })',
        'beginExchange(req, { now: Date.now(), provider: NOBODY, refusal: { status: 401 }, report: true })',
        'const refusal = Slot.read(req)?.refusal ?? {};',
      ],
    },
    {
      kind: 'equivalent',
      why: 'The name under which a warning is kept to one is never said, and no other warning has this one.',
      lines: ['warnOnce("", `${step} found no verified webhook: mount verifySignature() before it`);'],
    },
    {
      kind: 'cost',
      why: 'Where nothing is to be counted, it goes on a turn later.',
      lines: ['if (false) next(error);'],
    },
  ],
  'src/trace/record-exchange.ts': [
    {
      kind: 'equivalent',
      why: 'Where there is no room left, none of the bytes is kept.',
      lines: ['if (bytes <= MAX_ANSWER_BYTES) kept.push(part.subarray(0, MAX_ANSWER_BYTES - bytes));'],
    },
    {
      kind: 'cost',
      why: 'What is too long is not told, but fills memory.',
      lines: ['if (true) kept.push(chunk);'],
    },
    {
      kind: 'equivalent',
      why: 'Names that differ in upper and lower case alone become one name either way.',
      lines: [
        'const add = (name: string, value: unknown): unknown => fields.set(name.toUpperCase(), [name, value]);',
      ],
    },
  ],
  'src/steps/reject-duplicates.ts': [
    {
      kind: 'equivalent',
      why: 'Counted down, the owners of a process are as different as counted up.',
      lines: ['owners -= 1;'],
    },
    {
      kind: 'equivalent',
      why: 'Without a verdict there are no keys, and nothing is claimed; the compiler does not know that.',
      lines: ['const { status = 200, text } = exchange.verdict.claims.plan.provider.acknowledge ?? {};'],
    },
    {
      kind: 'cost',
      why: 'A claim that watches the response by itself hears the same, and costs three listeners.',
      lines: ['if (true) onResponseEnd(res, { ended: (status) => claim.answered(status) });'],
    },
    {
      kind: 'cost',
      why: 'A timer is started for a claim that is settled before it comes.',
      lines: ['if (true) claim.keep();', 'function isOut(res: Response): boolean {}', 'return false;'],
    },
    {
      kind: 'equivalent',
      why: 'The name under which a warning is kept to one is never said, and no other warning has this one.',
      lines: ['warnOnce("", `the store of the option "duplicates" failed: ${reason}`);'],
    },
  ],
  'src/steps/require-https.ts': [
    {
      kind: 'equivalent',
      why: 'Neither text is an address of this machine.',
      lines: ['return LOOPBACK.test(req.socket.remoteAddress ?? "Stryker was here!") && !isForwarded(req);'],
    },
  ],
  'src/request/scheme.ts': [
    {
      kind: 'equivalent',
      why: 'Where there are no others, the main one is found by looking for its header, or for want of it.',
      lines: ['if (false) return main;'],
    },
  ],
  'src/steps/verify-signature.ts': [
    {
      kind: 'equivalent',
      why: 'The name under which a warning is kept to one is never said, and no other warning has this one.',
      lines: [
        `warnOnce("", 'verifySignature() found no raw body: mount captureRawBody() before it');`,
        'warnOnce("", LOOKUP_FAILED);',
      ],
    },
    {
      kind: 'equivalent',
      why: 'The same headers are read again, which says the same and takes longer.',
      lines: ['const claims = false ? exchange.claims : readClaims(plan, exchange.source);'],
    },
    {
      kind: 'equivalent',
      why: 'Nothing of what is not verified is trusted, whatever is said of its body.',
      lines: [`const NOTHING_SIGNED: SignedFacts = { body: true, id: '' };`],
    },
  ],
  'src/pipeline.ts': [
    {
      kind: 'equivalent',
      why: 'A function that ends without an answer answers undefined; the compiler wants it said.',
      lines: ['} catch {}'],
    },
    {
      kind: 'equivalent',
      why: 'They are set before anything reads them.',
      lines: ['private steps: readonly RequestHandler[] = ["Stryker was here"];', 'private flying = true;'],
    },
    {
      kind: 'equivalent',
      why: 'The name under which a warning is kept to one is never said, and no other warning has this one.',
      lines: ['warnOnce("", `a webhook could not be received: ${describe(thrown)}`);'],
    },
  ],
};
