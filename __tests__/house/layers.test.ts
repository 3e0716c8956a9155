import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';

const SRC = resolve(__dirname, '../../src');

// A file may import what stands lower than itself, and its own folder where that is listed.
const LAYERS = [
  'errors options eventually',
  'core',
  'stores providers',
  'diagnose',
  'middleware',
  'webhook',
  'index inspector testing otel',
  'cli',
];
const MAY_IMPORT_SIBLINGS = ['core', 'cli', 'stores', 'inspector'];
// Not steps, but what the steps share.
const SHARED_BY_STEPS = [
  'answer',
  'channels',
  'claim',
  'decisions',
  'exchange',
  'make-trace',
  'masks',
  'payload-fit',
  'proxies',
  'record-exchange',
  'response-end',
  'scheme',
  'secret-source',
  'trace',
  'warnings',
  'watch-steps',
];
// Senders whose scheme is not data; they work with the core directly.
const WRITTEN_IN_CODE = /^providers\/(aws-sns|contentful|http-message-signatures|mailgun|twilio)\.ts$/;
const KNOWS_EXPRESS = /^(middleware\/|webhook\.ts|inspector\/|cli\/(describe-provider|forwarding-app)\.ts)/;

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
  return LAYERS.findIndex((layer) => layer.split(' ').includes(placeOf(path)));
}

describe('the layers of src/', () => {
  it('has every file in a known layer', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('%s imports downwards only', (file) => {
    for (const target of localImportsOf(file)) {
      const sameFolder = placeOf(target) === placeOf(file) && file.includes('/');
      if (!sameFolder) {
        expect([target, layerOf(target) < layerOf(file)]).toEqual([target, true]);
        continue;
      }
      const isIndex = file.endsWith('/index.ts');
      const isShared = SHARED_BY_STEPS.includes(target.split('/')[1]!);
      expect([
        target,
        MAY_IMPORT_SIBLINGS.includes(placeOf(file)) ||
          isIndex ||
          (placeOf(file) === 'middleware' && isShared),
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
    expect(users.filter((file) => !/^(core|cli)\//.test(file))).toEqual([
      'middleware/decisions.ts',
      'middleware/reject-duplicates.ts',
    ]);
    const providers = files.filter(
      (file) => /^providers\/(?!index)/.test(file) && !WRITTEN_IN_CODE.test(file),
    );
    for (const file of providers) {
      expect(localImportsOf(file).every((path) => /^core\/(define|token)-provider$/.test(path))).toBe(true);
    }
  });
});
