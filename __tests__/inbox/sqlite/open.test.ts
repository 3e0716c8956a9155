import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction, openDatabase, readPragma } from '../../../src/inbox/sqlite/open';
import { DRIVER, newFile, openFile } from '../../helpers/inbox';
import { typeErrorOf } from '../../helpers/type-error';

const settings = (more: object = {}) => ({
  file: newFile(),
  driver: DRIVER,
  busyTimeoutMs: 100,
  maxBytes: undefined,
  ...more,
});

/** A module that opens files as the driver does, with one statement answered otherwise. */
function fakeDriver(pattern: RegExp, answer: string): string {
  const file = newFile('driver.js');
  writeFileSync(
    file,
    `const real = ${DRIVER === 'node:sqlite' ? "process.getBuiltinModule('node:sqlite')" : `require(${JSON.stringify(require.resolve(DRIVER))})`};
     module.exports = class {
       constructor(file) { this.db = new real.DatabaseSync(file); }
       exec(sql) { return this.db.exec(sql); }
       close() { this.db.close(); }
       prepare(sql) { return ${String(pattern)}.test(sql) ? { get: () => ({ answer: '${answer}' }) } : this.db.prepare(sql); }
     };`,
  );
  return file;
}

describe('openDatabase()', () => {
  it('syncs at every commit, whatever the driver does by itself', () => {
    // The second opening of a file in WAL is where some drivers fall back to NORMAL.
    const { file } = settings();
    for (const driver of [DRIVER, '@photostructure/sqlite', 'libsql']) {
      openDatabase(settings({ file, driver })).close();
      const db = openDatabase(settings({ file, driver }));
      expect([driver, readPragma(db, 'synchronous'), readPragma(db, 'journal_mode')]).toEqual([
        driver,
        '2',
        'wal',
      ]);
      db.close();
    }
  });

  it('makes files that are for this user alone', () => {
    const { file } = settings();
    const db = openDatabase(settings({ file }));
    for (const end of ['', '-wal', '-shm']) expect(statSync(file + end).mode & 0o777).toBe(0o600);
    db.close();
  });

  it('refuses a file system without a write-ahead log, and a driver that does not sync', () => {
    const noWal = fakeDriver(/journal_mode/, 'delete');
    expect(typeErrorOf(() => openDatabase(settings({ driver: noWal })))).toMatch(
      /no write-ahead log .* "delete".*local disk/,
    );
    const normal = fakeDriver(/PRAGMA synchronous$/, '1');
    expect(typeErrorOf(() => openDatabase(settings({ driver: normal })))).toMatch(
      /"synchronous" at 1.*another driver/,
    );
  });

  it('refuses tables of a later version, and leaves them as they are', () => {
    const { file } = settings();
    openDatabase(settings({ file })).close();
    const db = openFile(file);
    db.exec('UPDATE hooklatch_schema SET version = 9');
    db.close();
    expect(typeErrorOf(() => openDatabase(settings({ file })))).toMatch(
      /version 9.*knows version 1. Update hooklatch/,
    );
  });

  it('refuses a file in a folder that is not there, or that is none', () => {
    const { file } = settings();
    expect(typeErrorOf(() => openDatabase(settings({ file: join(file, 'x') })))).toMatch(
      /Its folder must exist/,
    );
    mkdirSync(file);
    expect(typeErrorOf(() => openDatabase(settings({ file })))).toMatch(/option "file": cannot open/);
  });

  it('leaves the mode of a file of the app', () => {
    const { file } = settings();
    writeFileSync(file, '');
    chmodSync(file, 0o640);
    openDatabase(settings({ file })).close();
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });
});

describe('inTransaction()', () => {
  it('undoes all of what throws, and throws it on where SQLite has undone it already', () => {
    const db = openDatabase(settings());
    db.exec('CREATE TABLE t (n INTEGER)');
    const fail = (sql: string) => () =>
      inTransaction(db, () => {
        db.exec('INSERT INTO t VALUES (1)');
        db.exec(sql);
        throw new Error('mine');
      });
    expect(fail('SELECT 1')).toThrow('mine');
    expect(fail('ROLLBACK')).toThrow('mine');
    expect(db.prepare('SELECT count(*) AS n FROM t').get()).toMatchObject({ n: 0 });
    db.close();
  });
});
