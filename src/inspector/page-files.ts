import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of the page by their path; they stand beside this one as they are, without a build step. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(__dirname, 'page');
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(folder).filter((file) => Object.hasOwn(TYPES, extname(file)))) {
    const path = name === 'index.html' ? '/' : `/${name}`;
    files.set(path, { type: String(TYPES[extname(name)]), bytes: readFileSync(join(folder, name)) });
  }
  return files;
}
