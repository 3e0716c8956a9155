import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';

const SRC = resolve(__dirname, '../../src');

// A room may import lower ones, and its own files where that is listed.
const LAYERS = [
  'errors options awaitable quote',
  'core',
  'keys samples',
  'duplicates/store duplicates/expiring-keys duplicates/memory-store duplicates/redis-store providers',
  'diagnose',
  'request duplicates trace',
  'inbox',
  'steps',
  'pipeline-settings',
  'run',
  'pipeline router-inbox',
  'webhook',
  'index inspector testing otel fetch',
  'cli',
];
const MAY_IMPORT_SIBLINGS = [
  'core',
  'keys',
  'samples',
  'diagnose',
  'duplicates',
  'request',
  'trace',
  'inbox',
  'cli',
  'inspector',
  'fetch',
];
// Rooms of one level that know each other.
const NEIGHBOURS = ['request', 'duplicates', 'trace'];
// Senders whose scheme is not data; they work with the core directly.
const WRITTEN_IN_CODE = new RegExp(
  '^providers/((aws-sns|fetched-keys|http-message-signatures|jwt)/.*|adyen\\.|atlassian-connect|braintree|circle\\.|contentful|dropbox-sign|ebay|fal\\.|figma|' +
    'gitea|hygraph|mailgun|mandrill|mercadopago|microsoft-graph|pandadoc|paypal|plivo|truelayer|twilio|' +
    '[a-z0-9-]+-family)',
);
// Kinds of senders, each with a factory out of which its senders are made.
const FAMILY = /^providers\/(?:fetched-keys|jwt|[a-z0-9-]+-family)$/;
// A sender whose keys are fetched has settings for that.
const DATA_IMPORTS =
  /^(core\/((define|token)-provider|provider)|keys\/(fetch-text|key-set|options)|options)$/;
const KNOWS_EXPRESS =
  /^(request\/|duplicates\/|trace\/|steps\/|pipeline\.ts|run\.ts|router-inbox\.ts|webhook\.ts|inspector\/|fetch\/|cli\/(describe-provider|forwarding-app)\.ts)/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  // At the beginning of a line: a snippet in a text of ours is no import.
  const imports = text.matchAll(
    /^(?:import|export|\}) ?[^;'"]*?from '([^']+)'|(?:require|import)\('([^']+)'\)/gm,
  );
  return [...imports].map(([, path, required]) => path ?? required!);
}

function localImportsOf(file: string): string[] {
  return importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => relative(SRC, resolve(SRC, posix.dirname(file), path)));
}

function placeOf(path: string): string {
  return path.split('/')[0]!.replace(/\.ts$/, '');
}

function layerOf(path: string): number {
  const exact = LAYERS.findIndex((layer) => layer.split(' ').includes(path.replace(/\.ts$/, '')));
  return exact === -1 ? LAYERS.findIndex((layer) => layer.split(' ').includes(placeOf(path))) : exact;
}

describe('the layers of src/', () => {
  it('has every file in a known layer', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('%s imports downwards only', (file) => {
    for (const target of localImportsOf(file)) {
      const sameRoom = placeOf(target) === placeOf(file) && file.includes('/');
      const neighbours = NEIGHBOURS.includes(placeOf(file)) && NEIGHBOURS.includes(placeOf(target));
      if (!sameRoom && !neighbours) {
        expect([target, layerOf(target) < layerOf(file)]).toEqual([target, true]);
        continue;
      }
      const isIndex = /\/(?:index|senders)\.ts$/.test(file) || FAMILY.test(target);
      const ownFolder = file.split('/').length === 3 && posix.dirname(file) === posix.dirname(target);
      expect([
        target,
        neighbours || MAY_IMPORT_SIBLINGS.includes(placeOf(file)) || isIndex || ownFolder,
      ]).toEqual([target, true]);
    }
  });

  it('knows Express in the middleware only, and there by its types', () => {
    const knowing = files.filter((file) => importsOf(file).includes('express'));
    expect(knowing.filter((file) => !KNOWS_EXPRESS.test(file))).toEqual([]);
    for (const file of knowing) {
      expect(readFileSync(join(SRC, file), 'utf8')).not.toMatch(/^import (?!type)[^;]*from 'express';/m);
    }
  });

  it('keeps node:crypto in the core, and providers to data but those that are written in code', () => {
    const users = files.filter(
      (file) => importsOf(file).includes('node:crypto') && !WRITTEN_IN_CODE.test(file),
    );
    expect(users.filter((file) => !/^(core|diagnose|cli|keys)\//.test(file))).toEqual([
      'inbox/seal.ts',
      'request/decisions.ts',
      'steps/reject-duplicates.ts',
    ]);
    const providers = files.filter(
      (file) => /^providers\/(?!index|senders)/.test(file) && !WRITTEN_IN_CODE.test(file),
    );
    for (const file of providers) {
      expect(localImportsOf(file).filter((path) => !DATA_IMPORTS.test(path) && !FAMILY.test(path))).toEqual(
        [],
      );
    }
  });
});
